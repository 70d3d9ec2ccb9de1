"""Fills an empty database with an invented company that shows every state of every feature."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from common import clock
from config.demo import live
from config.demo.company import NAME, PEOPLE
from config.demo.story import company
from config.demo.write import write
from portfolio.actions import events
from portfolio.models import Channel, Event, Pilot

MARK = "demo.seeded"


class Command(BaseCommand):
    help = "Fill an empty database with an invented company of about 120 pilots over 18 months."

    def handle(self, *args: Any, **options: Any) -> None:
        if Event.objects.filter(verb=MARK).exists():
            self.stdout.write(f"The demo company {NAME} is here already; nothing was changed.")
            return
        if Pilot.objects.exists():
            raise CommandError(
                "There are pilots here already, and the demo would mix with them. "
                "Start it in a folder of its own: ./run up --demo --data DIR"
            )
        today, password = clock.today(), secrets.token_urlsafe(9)
        told = company(today)
        with transaction.atomic():
            write(told, today, password)
            events.record(verb=MARK, by=None, channel=Channel.COMMAND, after={"pilots": len(told)})
        live.import_files(today)
        run = live.finish()
        self.say(len(told), sum(counts["open"] for counts in run.counts.values()), password)

    def say(self, pilots: int, flags: int, password: str) -> None:
        self.stdout.write(f"{NAME}, an invented company: {pilots} pilots, {flags} open flags.")
        self.stdout.write(f"Password of these accounts, shown only now: {password}")
        for person in PEOPLE:
            if person.note:
                self.stdout.write(f"  {person.email:<40} {person.note}")
