from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portfolio.models import Pilot
from portfolio.queries import exports
from portfolio.transfer import output


class Command(BaseCommand):
    """Write every pilot to standard output, restricted ones included."""

    help = "Write every pilot to standard output, restricted ones included, as CSV or JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = exports.rows(Pilot.objects.all())
        if options["format"] == "json":
            lines = output.json_lines(rows)
        else:
            lines = output.csv_lines(exports.columns(), rows)
        for line in lines:
            self.stdout.write(line, ending="")
