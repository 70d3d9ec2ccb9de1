"""Files as people send them, made in the test."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl

from portfolio.transfer.drafts import Draft, drafts
from portfolio.transfer.mapping import Mapping, load
from portfolio.transfer.people import Account, Directory
from portfolio.transfer.propose import propose
from portfolio.transfer.reader import Table, read_bytes

TODAY = date(2026, 7, 1)
JANE = Account(1, "jane@example.org", "Jane Doe")
DIRECTORY = Directory.of(
    [
        JANE,
        Account(2, "jo@example.org", "Jo Roe"),
        Account(3, "jo.roe@example.org", "Jo Roe"),
        Account(4, "gone@example.org", "Gus Gone", active=False),
        Account(5, "out@example.org", "Ola Out", internal=False),
    ]
)


def csv_bytes(*rows: Sequence[str], mark: str = ",", encoding: str = "utf-8") -> bytes:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return "\r\n".join(mark.join(row) for row in quoted).encode(encoding)


def xlsx_bytes(sheets: dict[str, list[list[object]]], merged: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for area in merged if sheet is book.worksheets[-1] else ():
            sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(*rows: Sequence[str]) -> Table:
    return read_bytes(csv_bytes(*rows))


def read(*rows: Sequence[str], **document: object) -> list[Draft]:
    """Drafts of a small table, by its own proposal or by a mapping document."""
    found = table(*rows)
    mapping: Mapping = load(document) if "columns" in document else propose(found)[0]
    return list(drafts(found, mapping, DIRECTORY, TODAY))
