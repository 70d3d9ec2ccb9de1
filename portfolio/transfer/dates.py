# ruff: noqa: RUF001 - typographic characters are what these patterns look for
"""Dates as people type them. What is not a day says precisely what it is instead."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from portfolio.transfer.text import opens_as_unknown, says_unknown

Order = Literal["mdy", "dmy"]
FIRST, LAST = date(1950, 1, 1), date(2100, 12, 31)
# Day 60 is the 29 February 1900 that never was; real dates lie far behind it.
EXCEL_ZERO = date(1899, 12, 30)

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "january jan januar jaen jän jänner janvier", "february feb februar février",
        "march mar märz maerz mrz mär mars", "april apr avril", "may mai",
        "june jun juni juin", "july jul juli juillet", "august aug août",
        "september sep sept septembre", "october oct oktober okt octobre",
        "november nov novembre", "december dec dezember dez décembre",
    ),
    1,
):  # fmt: skip
    for _name in _names.split():
        _MONTHS[_name] = _number
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}.*)?"

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)", re.DOTALL)
_PACKED = re.compile(r"(19|20)(\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})" + _TIME)
_DAY_MONTH = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]*(?:of\s+)?({_MONTH})[\s,/-]*(\d{{4}}|\d{{2}})" + _TIME
)
_MONTH_DAY = re.compile(rf"({_MONTH})[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,]+(\d{{4}})" + _TIME)
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun|mo|di|mi|do|fr|sa|so)"
    r"(?:day|tag)?[.,]+\s*"
)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")

# Texts that name something else than a day; the first that fits explains the cell.
_NOT_A_DAY: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r".*\b(19|20)\d\d\s*(-|–|to|bis)\s*(19|20)\d\d\b.*", "names a span of years, not a day"),
        (r"(pre|before|prior to|vor|until|by)[\s-]*.*\d{2,4}.*", "names a limit, not a day"),
        (r"(after|since|nach|post|from|ab|seit)[\s-]+.*\d{2,4}.*", "names a limit, not a day"),
        ((r".*\bq[1-4]\b.*|.*\bq[1-4]\s*/?\s*(fy|cy)?\s*'?\d{2,4}.*|.*\d{1,4}\s*q[1-4].*|"
         r".*\b[1-4]q\s*\d{2}.*|.*quart(er|al).*"), "names a quarter, not a day"),
        (r".*\bh[12]\b.*|.*half of.*|.*halbjahr.*", "names a half-year, not a day"),
        (r".*\b(fy|gj)\s*'?\d{2,4}.*|.*fiscal year.*|.*geschäftsjahr.*",
         "names a fiscal year, not a day"),
        (r"(kw|cw|w|week)\s*\d{1,2}.*|.*\d{4}-w\d{2}.*", "names a week, not a day"),
        (r".*(spring|summer|autumn|\bfall\b|winter|frühjahr|frühling|sommer|herbst).*",
         "names a season, not a day"),
        (r"(\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4})\b(?![-/.]).*", "names a month, not a day"),
        (rf"({_MONTH})[\s,'-]*\d{{4}}\b.*|\d{{4}}[\s,'-]*({_MONTH}).*", "names a month, not a day"),
        (rf"\d{{1,2}}\.?[\s-]*({_MONTH})|({_MONTH})[\s,'-]*\d{{1,2}}",
         "is ambiguous: a month of a year, or a day without its year"),
        (rf"({_MONTH})", "names a month, not a day"),
        (r"(early|mid|late|end of|anfang|mitte|ende|around|about|circa|ca\.?|approx\.?|~)[\s-]*.*",
         "names a time only roughly, not a day"),
        (r"(19|20)\d\d\b(?![-/.\d]).*|.*\b(calendar|year|jahr|cy)\s*(19|20)?\d\d\b.*",
         "names a year, not a day"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """How a column writes its dates: cells only readable one way, per order."""

    mdy: int = 0
    dmy: int = 0
    open: int = 0

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.mdy + other.mdy, self.dmy + other.dmy, self.open + other.open)

    @property
    def order(self) -> Order | None:
        """The order at least nine in ten telling cells have; None when they do not tell."""
        telling = self.mdy + self.dmy
        if telling and self.mdy >= telling * 0.9:
            return "mdy"
        if telling and self.dmy >= telling * 0.9:
            return "dmy"
        return None


def evidence(cells: Iterable[str]) -> Evidence:
    """Count cells such as 3/25/2024 (mdy), 25/3/2024 (dmy) and 3/4/2024 (open)."""
    mdy = dmy = ambiguous = 0
    for cell in cells:
        match = _NUMERIC.fullmatch(cell.strip())
        if not match or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            dmy += 1
        elif second > 12 >= first:
            mdy += 1
        elif first != second and max(first, second) <= 12:
            ambiguous += 1
    return Evidence(mdy, dmy, ambiguous)


def read(cell: str, order: Order | None) -> tuple[date | None, str]:
    """The day a cell names and "", or None and the reason it names none.

    `order` decides 3/4/2024; without it such a cell is ambiguous. Reasons complete the
    sentence "The cell ...". Words behind a leading ISO date are allowed.
    """
    text = " ".join(cell.split())
    folded = _WEEKDAY.sub("", text.casefold(), count=1) if text[:1].isalpha() else text.casefold()
    if says_unknown(folded) or opens_as_unknown(folded):
        return None, f"says “{text[:60]}”: kept as unknown"
    found = _day(folded, order)
    if isinstance(found, date):
        return _plausible(found)
    if found:
        return None, found
    for pattern, reason in _NOT_A_DAY:
        if pattern.fullmatch(folded):
            return None, reason
    return None, "is not a date"


def has_words(cell: str) -> bool:
    """Whether the cell says more than its date, such as "2022-11-16 (first formal action)"."""
    match = _ISO.fullmatch(cell.strip())
    return bool(match and match[5].strip() and not re.fullmatch(r"[T ]?[\d:.,Z+\s-]*", match[5]))


def _day(text: str, order: Order | None) -> date | str | None:
    """A date, the reason it is none, or None when the shape is unknown."""
    if match := _ISO.fullmatch(text):
        if re.match(r"\s*(-|–|to\b|bis\b)\s*\d", match[5]):
            return "names a span, not a day"
        return _made(int(match[1]), int(match[3]), int(match[4]))
    if match := _PACKED.fullmatch(text):
        return _made(int(match[1] + match[2]), int(match[3]), int(match[4]))
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match, order)
    if match := _DAY_MONTH.fullmatch(text):
        return _made(_year(match[3]), _MONTHS[match[2].rstrip(".")], int(match[1]))
    if match := _MONTH_DAY.fullmatch(text):
        return _made(int(match[3]), _MONTHS[match[1].rstrip(".")], int(match[2]))
    if (match := _SERIAL.fullmatch(text)) and 18264 <= int(match[1]) <= 73415:
        return EXCEL_ZERO + timedelta(days=int(match[1]))
    if re.fullmatch(r"[\d/.\s-]+", text) and re.search(r"\d[/.-]\d{5,}|\d{5,}[/.-]\d", text):
        return "is not a date: a separator seems to be missing"
    return None


def _numeric(match: re.Match[str], order: Order | None) -> date | str:
    first, separator, second, year = int(match[1]), match[2], int(match[3]), _year(match[4])
    if 0 in (first, second):
        return "is no day of the calendar"
    if separator == "." or first > 12:
        return _made(year, second, first)
    if second > 12:
        return _made(year, first, second)
    if first == second:
        return _made(year, first, second)
    if order is None:
        return "is ambiguous: month first or day first? Choose the date order"
    return _made(year, first, second) if order == "mdy" else _made(year, second, first)


def _year(digits: str) -> int:
    """Two digits are of this century, except 70 and above."""
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 70 else 1900)


def _made(year: int, month: int, day: int) -> date | str:
    try:
        return date(year, month, day)
    except ValueError:
        return "is no day of the calendar"


def _plausible(found: date) -> tuple[date | None, str]:
    if FIRST <= found <= LAST:
        return found, ""
    serial = (found - EXCEL_ZERO).days
    if 1990 <= serial <= 2060:
        return None, f"is the year {serial} turned into a day by a spreadsheet: names no day"
    if EXCEL_ZERO <= found <= date(1900, 1, 1):
        return None, "is the empty date of a spreadsheet"
    return None, f"is out of range: the year {found.year}"
