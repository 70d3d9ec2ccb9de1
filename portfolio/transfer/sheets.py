"""XLSX to records of text. Runs in the limited child process only."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from portfolio.transfer import headers, limits
from portfolio.transfer.errors import Unreadable

Flaws = dict[tuple[int, int], str]
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_MOST_MERGED = 200_000


def read(data: bytes, wanted: str | None) -> tuple[list[list[str]], Flaws, dict[str, Any]]:
    """Records, flawed cells by (record, column) from 0, and what was found on the way.

    `wanted` names the sheet; without it the one that looks most like a list of pilots.
    """
    import openpyxl

    archive = _archive(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception:  # noqa: BLE001 - whatever a parser of damaged files raises
        raise Unreadable("The workbook is damaged. Open it and save it again as XLSX.") from None
    sheets = [s for s in book.worksheets if hasattr(s, "iter_rows")]
    visible = [s for s in sheets if s.sheet_state == "visible"] or sheets
    if not sheets:
        raise Unreadable("The workbook has no sheet with cells.")
    if wanted:
        chosen = [s for s in sheets if s.title.casefold() == wanted.casefold()]
        if not chosen:
            raise Unreadable(f"The workbook has no sheet named “{wanted}”.")
    else:
        chosen = sorted(visible, key=lambda s: -headers.score(_head(s)))
    sheet = chosen[0]
    records = _records(sheet)
    path = str(getattr(sheet, "_worksheet_path", ""))
    raw = archive.read(path) if path in archive.namelist() else b""
    flaws = _formulas_without_value(data, sheet.title, records) if b"<f" in raw else {}
    for at, cell in _errors(records):
        flaws[at] = f"holds the spreadsheet error {cell}"
    filled = _fill_merged(raw, records)
    found = {
        "sheet": sheet.title,
        "sheets": [s.title for s in sheets],
        "merged": filled,
    }
    return records, flaws, found


def _archive(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise Unreadable("The file is damaged: it begins like a workbook but is none.") from None
    members = archive.namelist()
    if "xl/workbook.xml" not in members:
        if "content.xml" in members:
            raise Unreadable("The file is an OpenDocument file. Save it as XLSX or CSV.")
        if "word/document.xml" in members:
            raise Unreadable("The file is a Word document, not a spreadsheet.")
        if "ppt/presentation.xml" in members:
            raise Unreadable("The file is a presentation, not a spreadsheet.")
        if "xl/workbook.bin" in members:
            raise Unreadable("The file is a binary workbook (XLSB). Save it as XLSX.")
        raise Unreadable("The file is a ZIP archive without a workbook in it. Unpack it first.")
    if sum(info.file_size for info in archive.infolist()) > limits.MOST_UNPACKED:
        raise Unreadable("The workbook unpacks to more than 600 MB. Save only the sheet you need.")
    return archive


def _head(sheet: Any) -> list[list[str]]:
    rows = sheet.iter_rows(max_row=60, max_col=limits.MOST_COLUMNS, values_only=True)
    return [[text(v) for v in row] for row in rows]


def _records(sheet: Any) -> list[list[str]]:
    """Every row down to the last one that holds something."""
    sheet.reset_dimensions()
    records: list[list[str]] = []
    blanks = 0
    for row in sheet.iter_rows(values_only=True):
        if len(row) > limits.MOST_COLUMNS and any(map(text, row[limits.MOST_COLUMNS :])):
            raise Unreadable(
                f"The sheet has {len(row):,} columns; an import takes {limits.MOST_COLUMNS}."
            )
        record = [text(value) for value in row[: limits.MOST_COLUMNS]]
        if not any(record):
            blanks += 1
            continue
        # A lone cell a million rows down does not make a million records.
        if len(records) + blanks > limits.MOST_ROWS + headers.LOOK_AT:
            raise Unreadable(f"The sheet has more than {limits.MOST_ROWS:,} rows.")
        records.extend([] for _ in range(blanks))
        blanks = 0
        while record and not record[-1]:
            record.pop()
        records.append(record)
    return records


def text(value: Any) -> str:
    """A cell's value as text: days in ISO form, whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\x00", "")[: limits.MOST_CHARACTERS]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _formulas_without_value(data: bytes, title: str, records: list[list[str]]) -> Flaws:
    """Formulas nobody has computed: their text stands in, and the cell is flawed."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    sheet: Any = book[title]
    sheet.reset_dimensions()
    flaws: Flaws = {}
    rows = sheet.iter_rows(max_col=limits.MOST_COLUMNS, max_row=len(records), values_only=True)
    for number, row in enumerate(rows):
        for index, value in enumerate(row):
            formula = value if isinstance(value, str) else getattr(value, "text", None)
            if not formula or not str(formula).startswith("=") or number >= len(records):
                continue
            record = records[number]
            if index < len(record) and record[index]:
                continue
            record.extend([""] * (index + 1 - len(record)))
            record[index] = str(formula)[:1000]
            flaws[number, index] = (
                "is a formula without a stored value: open the file, let it compute and save it"
            )
    return flaws


def _errors(records: list[list[str]]) -> Iterator[tuple[tuple[int, int], str]]:
    from portfolio.transfer.text import SPREADSHEET_ERRORS

    for number, record in enumerate(records):
        for index, cell in enumerate(record):
            if cell[:1] == "#" and cell in SPREADSHEET_ERRORS:
                yield (number, index), cell


def _fill_merged(raw: bytes, records: list[list[str]]) -> int:
    """Repeat a value down a merged area, which is what its reader sees; the count of cells."""
    filled = 0
    for match in _MERGED.finditer(raw):
        column, top = _index(match[1]), int(match[2]) - 1
        if top >= len(records) or column >= len(records[top]) or not records[top][column]:
            continue
        for number in range(top + 1, min(int(match[4]), len(records))):
            record = records[number]
            if not any(record):
                continue
            record.extend([""] * (column + 1 - len(record)))
            if not record[column]:
                record[column] = records[top][column]
                filled += 1
            if filled > _MOST_MERGED:
                return filled
    return filled


def _index(letters: bytes) -> int:
    number = 0
    for byte in letters:
        number = number * 26 + byte - 64
    return number - 1
