import json
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from common.errors import Sentence
from portfolio.actions import imports
from portfolio.models import ImportMapping
from portfolio.transfer.errors import Unreadable
from portfolio.transfer.mapping import Mapping, load, loads

SHOWN = 8


class Command(BaseCommand):
    """Import pilots from a spreadsheet: CSV, TSV or XLSX, as companies have them."""

    help = (
        "Import pilots from a CSV, TSV or XLSX file. Columns are proposed from headers and "
        "cells; --mapping takes a mapping document or the name of a saved one. "
        "Exit status 2 when the file cannot be imported, with the reason on standard error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", metavar="FILE_OR_NAME")
        parser.add_argument("--dry-run", action="store_true", help="compare, write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = self._mapping(options["mapping"]) if options["mapping"] else None
            outcome = imports.run_file(
                path=options["file"], mapping=mapping, dry_run=options["dry_run"]
            )
        except Sentence as error:
            self.stderr.write(error.sentence)
            sys.exit(2)
        result = outcome.as_dict()
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._tell(result, dry_run=options["dry_run"])

    def _mapping(self, given: str) -> Mapping:
        """A file when there is one of that name, else a saved mapping."""
        path = Path(given)
        if path.is_file():
            try:
                return loads(path.read_text("utf-8-sig"))
            except (OSError, UnicodeDecodeError):
                raise Unreadable(f"The mapping {given} cannot be read.") from None
        kept = ImportMapping.objects.filter(name=given).first()
        if kept is None:
            raise Unreadable(f"There is neither a file nor a saved mapping named “{given}”.")
        return load(kept.document)

    def _tell(self, result: dict[str, Any], *, dry_run: bool) -> None:
        say = self.stdout.write
        verb = "would be" if dry_run else "were"
        say(
            f"{result['rows']:,} rows: {result['created']:,} {verb} created, "
            f"{result['updated']:,} updated, {result['unchanged']:,} unchanged, "
            f"{result['failed']:,} not imported."
        )
        for note in result["notes"]:
            say(f"  {note}")
        if result["unmapped_columns"]:
            say(f"Not imported: {', '.join(result['unmapped_columns'])}")
        if result["conflicts"]:
            kept = sum(1 for c in result["conflicts"] if c["kept"])
            say(
                f"{len(result['conflicts'])} cells were edited here since; {kept} stay as they are."
            )
        self._tell_issues(result["issues"])

    def _tell_issues(self, issues: list[dict[str, Any]]) -> None:
        if not issues:
            return
        self.stdout.write(f"{len(issues):,} cells could not be read (--json lists every one):")
        columns = Counter(issue["column"] for issue in issues)
        for column, count in columns.most_common():
            self.stdout.write(f"  {column[:70]}: {count:,}")
            mine = [i for i in issues if i["column"] == column]
            for issue in mine[:SHOWN]:
                value = " ".join(issue["value"].split())[:40]
                self.stdout.write(f"    row {issue['row']}: “{value}” {issue['problem']}")
            if len(mine) > SHOWN:
                self.stdout.write(f"    and {len(mine) - SHOWN:,} more")
