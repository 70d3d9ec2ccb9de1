"""Take an applied import back, however large."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Sentence
from portfolio.actions.import_undo import undo
from portfolio.models import Channel, ImportRun
from portfolio.queries.import_units import ASIDE, GONE, STAYS


class Command(BaseCommand):
    help = "Remove what an import registered and give back what it changed, unless touched since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="the import's number, as in its address")

    def handle(self, *args: Any, number: int, **options: Any) -> None:
        run = ImportRun.objects.filter(pk=number).first()
        if run is None:
            raise CommandError(f"There is no import {number}.")
        try:
            done = undo(run=run, by=None, channel=Channel.COMMAND)
        except Sentence as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(
            f"{done['remove']} removed, {done['restore']} restored, {done['stays']} left alone"
        )
        if any(done[does] for does in (GONE, ASIDE, STAYS)):
            self.stdout.write(
                f"units: {done[GONE]} removed, {done[ASIDE]} set aside, {done[STAYS]} left in use"
            )
