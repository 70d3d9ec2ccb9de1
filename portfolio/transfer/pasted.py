"""Readings pasted as lines of "date, value, source": pure, every line that fails says why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext

from common import text
from common.numbers import PRECISION
from portfolio.transfer import dates

MOST_LINES = 1_000
MOST = 10**18
PLACES = 8
_LINE = re.compile(r"(?P<day>[^\t;,]+(?:,\s+\d{4})?)(?:\t|;|,)(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Pasted:
    """`line` counts from 1, empty lines included."""

    line: int
    on: date
    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    text: str
    why: str


def read(
    pasted: str, *, today: date, unit: str = "", taken: Mapping[date, Decimal] | None = None
) -> tuple[list[Pasted], list[Wrong]]:
    """What the lines say, and what is wrong with the others. `taken` are days with a reading."""
    lines = [(n, line.strip()) for n, line in enumerate(pasted.splitlines(), 1) if line.strip()]
    good: list[Pasted] = []
    bad: list[Wrong] = []
    if len(lines) > MOST_LINES:
        first = lines[MOST_LINES][0]
        bad.append(Wrong(first, "", f"more than {MOST_LINES:,} lines; paste them in parts"))
        return good, bad
    order = dates.evidence(match["day"] for _, line in lines if (match := _LINE.match(line))).order
    seen = dict(taken or {})
    for number, line in lines:
        found = _read(line, order, today, unit)
        if isinstance(found, str):
            bad.append(Wrong(number, line[:80], found))
            continue
        on, value, source = found
        if on in seen:
            bad.append(Wrong(number, line[:80], "there is a reading of that day already"))
            continue
        seen[on] = value
        good.append(Pasted(number, on, value, source))
    return good, bad


def _read(
    line: str, order: dates.Order | None, today: date, unit: str
) -> tuple[date, Decimal, str] | str:
    match = _LINE.fullmatch(line)
    if not match:
        return "has no date and value with a comma, semicolon or tab between"
    on, why = dates.read(match["day"], order)
    if on is None:
        return f"the date {why}"
    if on > today:
        return "is of a day to come"
    value, source = _value_and_source(match["rest"].strip(), unit)
    if isinstance(value, str):
        return value
    source = text.clean(source)
    return "the source is longer than 200 characters" if len(source) > 200 else (on, value, source)


def _value_and_source(rest: str, unit: str) -> tuple[Decimal | str, str]:
    first, _, source = _cut(rest)
    return number(first, unit), source.strip()


def _cut(rest: str) -> tuple[str, str, str]:
    """The value and what follows. A comma between two digits belongs to the number."""
    match = re.match(r"([-+−]?[\d.,'’ \u00a0\u202f]*\d *[^\d\t;,]*?)\s*(?:[\t;,]\s*(.*))?$", rest)  # noqa: RUF001
    return (match[1], ",", match[2] or "") if match else (rest, "", "")


def number(cell: str, unit: str = "") -> Decimal | str:
    """A number, or why it is none. A point is a point; a comma before three digits is unclear."""
    shown = cell.strip().removesuffix(unit).strip() if unit else cell.strip()
    digits = re.sub(r"[\s'’]", "", shown).replace("−", "-")  # noqa: RUF001
    if not re.fullmatch(r"[-+]?\d[\d.,]*", digits) or not digits[-1].isdigit():
        return f"“{cell.strip()[:40]}” is not a number"
    if digits.count(",") == 1 and "." not in digits:
        if re.search(r"[1-9]\d{0,2},\d{3}$", digits) and len(digits.lstrip("+-")) <= 7:
            return f"“{shown}” can be read in two ways; write it with a point or without a comma"
        digits = digits.replace(",", ".")
    elif "," in digits and "." in digits and digits.rfind(",") > digits.rfind("."):
        digits = digits.replace(".", "").replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return f"“{shown[:40]}” is not a number"
    if abs(value) >= MOST:
        return "is larger than any number that can be kept"
    with localcontext(prec=PRECISION):
        if value != value.quantize(Decimal(1).scaleb(-PLACES)):
            return f"has more than {PLACES} decimals"
    return value
