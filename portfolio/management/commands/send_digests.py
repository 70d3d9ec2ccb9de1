"""Send the weekly digests now, through the same claims as the worker."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Refused
from portfolio.actions import digests


class Command(BaseCommand):
    help = "Send this week's digests now, or those of a given week; nobody gets a week's twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--week", metavar="YYYY-Www", help="the ISO week, as in 2026-W31")
        parser.add_argument(
            "--late", action="store_true", help="send it even when its 72 hours are over"
        )
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = digests.run_week(week=options["week"], late=options["late"])
        except Refused as error:
            raise CommandError(error.sentence, returncode=2) from None
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{number} {state}" for state, number in counts.items()))
        if options["week"] and not options["late"] and counts["skipped"]:
            hint = f"Some of {options['week']} may be past their 72 hours; --late sends those.\n"
            sys.stderr.write(hint)
