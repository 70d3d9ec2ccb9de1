# ruff: noqa: RUF001 - typographic characters are what these patterns look for
"""What kind of file this is and how its text is written: told from the bytes alone."""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter

from portfolio.transfer.errors import Unreadable

# First bytes of files that are often renamed to .csv or .xlsx, and what to say.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "The file is a PDF, not a spreadsheet. Export the table as CSV or XLSX."),
    (b"\x89PNG", "The file is a picture (PNG), not a spreadsheet."),
    (b"\xff\xd8\xff", "The file is a picture (JPEG), not a spreadsheet."),
    (b"GIF8", "The file is a picture (GIF), not a spreadsheet."),
    (
        b"\xd0\xcf\x11\xe0",
        ("The file is in the old Excel format or protected by a password. "
        "Save it as .xlsx without a password."),
    ),
    (b"\x1f\x8b", "The file is compressed (gzip). Unpack it first."),
    (b"7z\xbc\xaf", "The file is compressed (7z). Unpack it first."),
    (b"Rar!", "The file is compressed (RAR). Unpack it first."),
    (b"\x7fELF", "The file is a program, not a spreadsheet."),
    (b"MZ\x90", "The file is a program, not a spreadsheet."),
    (b"SQLite format 3", "The file is an SQLite database, not a spreadsheet."),
    (b"PAR1", "The file is a Parquet file, not a spreadsheet. Export it as CSV."),
    (b"{\\rtf", "The file is a text document (RTF), not a spreadsheet."),
)  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
DELIMITERS = ",;\t|"
_SAMPLE = 200_000
# What Western texts of old Macs hold; anything else is no such text.
_MAC_LETTERS = frozenset("äöüÄÖÜßéèêëàâáåçñóòôíìîïúùûæøÉÈÀÇÑÅÆØ–—“”‘’„…•§°€®©")


def is_workbook(data: bytes) -> bool:
    """A ZIP archive; whether an XLSX workbook is inside shows when it is opened."""
    return data[:4] == b"PK\x03\x04"


def refuse_foreign(data: bytes) -> None:
    """Raise Unreadable for bytes that are certainly something else than a table."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("The file is empty.")
    for magic, sentence in _FOREIGN:
        if data.startswith(magic):
            raise Unreadable(sentence)
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise Unreadable("The file is a web page (HTML), not a spreadsheet. Save it as XLSX.")
    if head.startswith((b"<?xml", b"<!doctype")):
        raise Unreadable("The file is XML, not a spreadsheet. Save it as CSV or XLSX.")
    if re.match(rb'\{\s*"|\[\s*[\{\[]', head):
        raise Unreadable("The file is JSON, not a spreadsheet. Save it as CSV or XLSX.")


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding it was read with; `encoding` is the person's own word."""
    if encoding:
        return _decode_as(data, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode_as(data, name)
    unmarked = _unmarked_utf16(data)
    if unmarked:
        return _decode_as(data, unmarked)
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        raise Unreadable(
            f"The file holds a NUL byte (line {line}), which no table has. "
            "Open it in a spreadsheet program and save it again as CSV."
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _legacy(data)


def _decode_as(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise Unreadable(f"“{encoding}” is not the name of an encoding.") from None
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise Unreadable(f"The file is not {encoding} text (byte {at + 1} does not fit).") from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise Unreadable(f"The file holds a NUL byte (line {line}), which no table has.")
    return text.removeprefix("\ufeff"), encoding


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of Western text is zero."""
    head = data[:4000]
    pairs = len(head) // 2
    if pairs < 2:
        return None
    if head[1::2].count(0) > pairs * 0.6 and head[0::2].count(0) < pairs * 0.05:
        return "utf-16-le"
    if head[0::2].count(0) > pairs * 0.6 and head[1::2].count(0) < pairs * 0.05:
        return "utf-16-be"
    return None


def _legacy(data: bytes) -> tuple[str, str]:
    """Windows-1252 when it reads like a Western text, else what a detector says."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if text and _reads_western(text):
        return text, "cp1252"
    mac = data.decode("mac_roman")
    if all(c in _MAC_LETTERS for c in mac if ord(c) > 127):
        return mac, "mac_roman"
    from charset_normalizer import from_bytes

    best = from_bytes(_around_high_bytes(data)).best()
    if best is not None:
        try:
            return data.decode(best.encoding), best.encoding
        except UnicodeDecodeError:
            pass
    if text:
        return text, "cp1252"
    raise Unreadable(
        "The encoding of the file could not be found. Save it as “CSV UTF-8” and try again."
    )


def _reads_western(text: str) -> bool:
    """Few high characters, and those that are there are letters in words or typography."""
    high = [m.span() for m in re.finditer(r"[^\x00-\x7f]+", text[: _SAMPLE * 5])]
    count = sum(b - a for a, b in high)
    letters = sum(c.isalpha() for c in text[:_SAMPLE])
    if count > 20 and count > letters * 0.25:
        return False
    odd = sum(_is_odd(text, a, b) for a, b in high)
    return odd <= len(high) * 0.2


def _is_odd(text: str, start: int, end: int) -> bool:
    """A run of high characters that Western text would not have there."""
    run = text[start:end]
    if len(run) > 3 and any(unicodedata.category(c).startswith("L") for c in run):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    inside = before.islower() and after.islower()
    if inside and any(c in "‡†‰¦¤¨¸¿¬±×÷…Œ„‚" for c in run):
        return True
    return inside and any(c.isupper() for c in run)


def _around_high_bytes(data: bytes) -> bytes:
    """The lines with high bytes, enough of them for a detector."""
    lines = [line for line in data.splitlines() if any(byte > 127 for byte in line)]
    return b"\n".join(lines)[:60_000]


def delimiter(text: str) -> str:
    """The character between cells: the one that cuts most records into equally many."""
    first = text[:8].lower()
    if first.startswith("sep=") and text[4:5] in DELIMITERS:
        return text[4]
    best, best_score = ",", 0.0
    for candidate in DELIMITERS:
        widths = _widths(text[:_SAMPLE], candidate)
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        wide = sum(1 for w in widths if w > 1) / len(widths)
        score = (times / len(widths)) * wide * min(width, 40) ** 0.5 if width > 1 else 0.0
        if score > best_score:
            best, best_score = candidate, score
    return best


def _widths(sample: str, candidate: str) -> list[int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=candidate)
    widths: list[int] = []
    try:
        for record in reader:
            if any(record):
                widths.append(len(record))
            if len(widths) >= 60:
                break
    except csv.Error:
        return []
    # The sample may cut the last record in two.
    return widths[:-1] if len(sample) == _SAMPLE and len(widths) > 1 else widths
