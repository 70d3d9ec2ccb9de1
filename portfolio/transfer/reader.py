"""A file as a table: parsed in a limited child process, header found, columns named."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from portfolio.transfer import headers, limits
from portfolio.transfer.errors import Unreadable

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Table:
    """Records below a header. `rows` are (number, cells); the header is number 1.

    Blank records have a number but no row. `flaws` are cells by (number, column index)
    that could not be read at all, such as formulas without a value.
    """

    headers: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    flaws: dict[tuple[int, int], str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 1
    notes: tuple[str, ...] = ()

    def column(self, index: int) -> list[str]:
        """The cells of one column, top to bottom."""
        return [cells[index] for _, cells in self.rows]


def read_bytes(data: bytes, **options: Any) -> Table:
    """Read an upload; see `read_file`."""
    if len(data) > limits.MOST_BYTES:
        raise Unreadable("The file is larger than 20 MB.")
    with tempfile.NamedTemporaryFile(prefix="pilotage-import-") as file:
        file.write(data)
        file.flush()
        return read_file(Path(file.name), **options)


def read_file(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
) -> Table:
    """The table in a file. Raises Unreadable with one sentence when there is none.

    `header_row` counts records of the file from 1, titles above the header included.
    """
    try:
        if path.stat().st_size > limits.MOST_BYTES:
            raise Unreadable("The file is larger than 20 MB.")
        if not path.is_file():
            raise Unreadable(f"{path.name} is not a file.")
        with path.open("rb"):
            pass
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be opened: {error.strerror}.") from None
    options = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet}
    with tempfile.TemporaryFile() as answer:
        _run(path, options, answer)
        answer.seek(0)
        found, records = _answer(answer)
    return table(records, found, header_row)


def _run(path: Path, options: dict[str, Any], answer: IO[bytes]) -> None:
    """Let the child parse; what it may use is limited by itself and by our clock."""
    command = [sys.executable, "-m", "portfolio.transfer.child", str(path.resolve())]
    # No settings and no secrets: the child needs to find its modules and nothing else.
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    try:
        subprocess.run(
            [*command, json.dumps(options)], stdin=subprocess.DEVNULL, stdout=answer,
            stderr=subprocess.DEVNULL, cwd=ROOT, env=environment, check=False,
            timeout=limits.CHILD_WALL_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unreadable("The file takes too long to read. Save only the rows you need.") from None


def _answer(answer: IO[bytes]) -> tuple[dict[str, Any], list[list[str]]]:
    first = answer.readline()
    try:
        found = json.loads(first)
        records = [json.loads(line) for line in answer]
    except ValueError:
        raise Unreadable(
            "The file could not be read: it needs more time or memory than an import gets."
        ) from None
    if "unreadable" in found:
        raise Unreadable(found["unreadable"])
    return found, records


def table(records: list[list[str]], found: dict[str, Any], header_row: int | None = None) -> Table:
    """Records as a table: header found or given, rows padded to its width."""
    if header_row is not None and not 1 <= header_row <= len(records):
        raise Unreadable(f"The file has no record {header_row} to take as the header.")
    at = header_row - 1 if header_row is not None else headers.find(records)
    body = records[at + 1 :]
    width = max([len(records[at])] + [_used(record) for record in body])
    names = headers.names(records[at], width)
    rows = [
        (number, [*record[:width], *[""] * (width - len(record))])
        for number, record in enumerate(body, 2)
        if any(cell.strip() for cell in record)
    ]
    if not rows:
        raise Unreadable("The file has a header but no rows below it.")
    flaws = {
        (row - at + 1, column): reason for row, column, reason in found.get("flaws", []) if row > at
    }
    return Table(
        headers=names, rows=rows, flaws=flaws, encoding=found.get("encoding", ""),
        delimiter=found.get("delimiter", ""), sheet=found.get("sheet", ""),
        sheets=tuple(found.get("sheets", ())), header_row=at + 1,
        notes=tuple(_notes(records, found, at, len(body) - len(rows))),
    )  # fmt: skip


def _used(record: list[str]) -> int:
    return max((i + 1 for i, cell in enumerate(record) if cell.strip()), default=0)


def _notes(records: list[list[str]], found: dict[str, Any], at: int, blank: int) -> list[str]:
    notes = []
    above = sum(1 for record in records[:at] if any(cell.strip() for cell in record))
    if above:
        notes.append(f"Records above the header (record {at + 1}), left out: {above}.")
    if blank:
        notes.append(f"Blank records, skipped: {blank}.")
    if found.get("merged"):
        notes.append(f"Cells filled from merged areas: {found['merged']}.")
    others = [s for s in found.get("sheets", ()) if s != found.get("sheet")]
    if others:
        notes.append(f"Sheets not read: {', '.join(others)}.")
    return notes
