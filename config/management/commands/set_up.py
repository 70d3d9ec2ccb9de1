"""Everything between a started database and the first request; safe to run again."""

import fcntl
import secrets
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command

from accounts.actions import users
from accounts.models import Membership, Role

FIRST_ROLES = [Role.ADMINISTRATOR, Role.PORTFOLIO_MANAGER]


class Command(BaseCommand):
    help = "Migrate, collect static files, make the first administrator, fill in demo data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true")
        parser.add_argument("--no-static", action="store_true", help="the image has them already")

    def handle(self, *args: Any, demo: bool, no_static: bool, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if not no_static:
            self.collect()
        first = not Membership.objects.filter(role=Role.ADMINISTRATOR).exists()
        if first:
            self.first_administrator()
        if demo:
            call_command("seed_demo", stdout=self.stdout)
        elif first:
            self.stdout.write("The portfolio is empty. ./run up --demo fills it with an example.")

    def collect(self) -> None:
        """One clone may serve two data folders, so only one start writes the files at a time."""
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        with (settings.STATIC_ROOT / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            call_command("collectstatic", verbosity=0, interactive=False)

    def first_administrator(self) -> None:
        """Made once, with a password that is shown once and must be changed at first sign-in."""
        password = secrets.token_urlsafe(12)
        email = settings.PILOTAGE_ADMIN_EMAIL
        users.create(
            email=email, roles=list(FIRST_ROLES), password=password, must_change_password=True
        )
        self.stdout.write(f"First administrator: {email}   one-time password: {password}")
        self.stdout.write("It is shown only now. You choose your own at the first sign-in.")
