"""The process that opens files from strangers: `python -m portfolio.transfer.child FILE`.

It limits itself before it reads a byte, knows no database and no secret, and answers in
JSON lines: first what was found (or the sentence why not), then one record a line.
"""

import csv
import io
import json
import resource
import sys
from typing import Any

from portfolio.transfer import limits, sniff
from portfolio.transfer.errors import Unreadable


def main(path: str, options: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY, limits.CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_CPU_SECONDS, limits.CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout
    try:
        with open(path, "rb") as file:
            data = file.read(limits.MOST_BYTES + 1)
        records, flaws, found = parse(data, options)
    except Unreadable as error:
        json.dump({"unreadable": error.sentence}, out)
        return
    except MemoryError:
        json.dump({"unreadable": "The file needs more memory to read than an import gets."}, out)
        return
    found["flaws"] = [[row, column, reason] for (row, column), reason in flaws.items()]
    json.dump(found, out)
    out.write("\n")
    for record in records:
        out.write(json.dumps(record, ensure_ascii=True))
        out.write("\n")


def parse(
    data: bytes, options: dict[str, Any]
) -> tuple[list[list[str]], dict[tuple[int, int], str], dict[str, Any]]:
    """Records of text, flawed cells, and the encoding, delimiter and sheet that were found."""
    if len(data) > limits.MOST_BYTES:
        raise Unreadable("The file is larger than 20 MB.")
    if sniff.is_workbook(data):
        from portfolio.transfer import sheets

        records, flaws, found = sheets.read(data, options.get("sheet"))
    else:
        sniff.refuse_foreign(data)
        records, found = _delimited(data, options)
        flaws = {}
    check_size(records)
    return records, flaws, found


def _delimited(data: bytes, options: dict[str, Any]) -> tuple[list[list[str]], dict[str, Any]]:
    text, encoding = sniff.decode(data, options.get("encoding"))
    if not text.strip():
        raise Unreadable("The file is empty.")
    mark = options.get("delimiter") or sniff.delimiter(text)
    stream = io.StringIO(text, newline="")
    skipped = text[:8].lower().startswith("sep=")
    if skipped:
        stream.readline()
    csv.field_size_limit(limits.MOST_CHARACTERS)
    records: list[list[str]] = []
    try:
        for record in csv.reader(stream, delimiter=mark):
            records.append(record)
            if len(records) > limits.MOST_ROWS + 100:
                break
    except csv.Error:
        raise Unreadable(
            f"Record {len(records) + 1} cannot be read: a cell in it never ends. "
            "A quotation mark is probably missing."
        ) from None
    while records and not any(cell.strip() for cell in records[-1]):
        records.pop()
    return records, {"encoding": encoding, "delimiter": mark}


def check_size(records: list[list[str]]) -> None:
    """Raise Unreadable for tables beyond the limits."""
    width = max((len(record) for record in records), default=0)
    if width > limits.MOST_COLUMNS and any(
        cell.strip() for record in records for cell in record[limits.MOST_COLUMNS :]
    ):
        raise Unreadable(
            f"The file has {width:,} columns; an import takes {limits.MOST_COLUMNS} at most."
        )
    filled = sum(1 for record in records if any(cell.strip() for cell in record))
    if filled - 1 > limits.MOST_ROWS:
        raise Unreadable(f"The file has more than {limits.MOST_ROWS:,} rows. Split it.")
    if not filled:
        raise Unreadable("The file is empty.")
    for number, record in enumerate(records, 1):
        if any(len(cell) > limits.MOST_CHARACTERS for cell in record):
            raise Unreadable(f"A cell of record {number} is longer than 200,000 characters.")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
