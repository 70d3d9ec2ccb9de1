"""Adds a person; without a password given, one that is shown once and must be changed."""

import secrets
import sys
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.actions import users
from accounts.models import Role
from common.errors import Refused


class Command(BaseCommand):
    help = "Add a person who can sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--role",
            action="append",
            required=True,
            help=f"one of {', '.join(Role.values)}; may be given several times",
        )
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        given = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        if given == "":
            raise CommandError("There is no password on standard input.")
        password = given or secrets.token_urlsafe(12)
        try:
            users.create(
                email=options["email"],
                roles=options["role"],
                name=options["name"],
                password=password,
                must_change_password=given is None,
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Added {options['email']} as {', '.join(options['role'])}.")
        if given is None:
            self.stdout.write(f"One-time password, shown only now: {password}")
