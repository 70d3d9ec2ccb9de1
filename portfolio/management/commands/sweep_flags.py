"""Reconcile all flags now, as beat does every hour."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portfolio.actions import flags


class Command(BaseCommand):
    help = "Reconcile all flags now and say what opened, what closed and what is open, by rule."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: dict[str, dict[str, int]] = flags.sweep().counts
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(f"{'rule':24}{'opened':>8}{'closed':>8}{'open':>8}")
        for rule, row in counts.items():
            self.stdout.write(f"{rule:24}{row['opened']:8}{row['closed']:8}{row['open']:8}")
