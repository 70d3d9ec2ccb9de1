"""Rows out of the house: CSV that spreadsheets cannot run, JSON that scripts can read."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

# A spreadsheet takes these at the start of a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHARE = re.compile(r"(\d+)/(\d+)")
MARK = "\ufeff"


def safe(value: Any) -> str:
    """A cell as text that no spreadsheet takes for a formula, nor 7/10 for a day."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    text = value.isoformat() if isinstance(value, date) else str(value)
    if share := _SHARE.fullmatch(text):
        return f"{share[1]} of {share[2]}"
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(
    columns: Iterable[str], rows: Iterable[Mapping[str, Any]], *, mark: bool = False
) -> Iterator[str]:
    """Lines of CSV with a header; `mark` tells Excel that this is UTF-8."""
    names = list(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(cells: Iterable[str]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(cells)
        return buffer.getvalue()

    yield (MARK if mark else "") + line(names)
    for row in rows:
        yield line(safe(row.get(name)) for name in names)


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A JSON array, an object a line; days in ISO form."""
    comma = "["
    for row in rows:
        yield comma + "\n" + json.dumps(row, ensure_ascii=False, default=str)
        comma = ","
    yield "\n]\n" if comma == "," else "[]\n"
