"""Readings as people paste them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.transfer import pasted

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("line", "on", "value", "source"),
    [
        ("2026-03-01, 12.5", date(2026, 3, 1), "12.5", ""),
        ("2026-03-01,12,5", date(2026, 3, 1), "12.5", ""),
        ("2026-03-01\t1 234.5\tTime sheet", date(2026, 3, 1), "1234.5", "Time sheet"),
        ("01.03.2026; 1.234,5; Log, week 9", date(2026, 3, 1), "1234.5", "Log, week 9"),
        ("25/3/2026, 1,234.5", date(2026, 3, 25), "1234.5", ""),
        ("1 March 2026, -3", date(2026, 3, 1), "-3", ""),
        ("2026-03-01, 92 %, Panel", date(2026, 3, 1), "92", "Panel"),
        ("2026-03-01, 0.00000001", date(2026, 3, 1), "0.00000001", ""),
        ("March 1, 2026, 7", date(2026, 3, 1), "7", ""),
    ],
)
def test_lines_that_read(line: str, on: date, value: str, source: str) -> None:
    good, bad = pasted.read(line, today=TODAY, unit="%")
    assert bad == []
    assert [(one.on, one.value, one.source) for one in good] == [(on, Decimal(value), source)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2026-03-01", "no date and value"),
        ("yesterday, 5", "the date is not a date"),
        ("3/4/2026, 5", "the date"),
        ("2026-11-21, 5", "a day to come"),
        ("1949-12-31, 5", "the date"),
        ("2026-03-01, abc", "not a number"),
        ("2026-03-01, NaN", "not a number"),
        ("2026-03-01, 1e400", "not a number"),
        ("2026-03-01, 1,234", "two ways"),
        ("2026-03-01, " + "9" * 19, "larger than"),
        ("2026-03-01, 0.000000001", "decimals"),
        ("2026-03-01, 5, " + "x" * 300, "source is longer"),
        ("Q3 2026, 5", "names a quarter"),
    ],
)
def test_lines_that_do_not(line: str, why: str) -> None:
    good, (wrong,) = pasted.read(line, today=TODAY)
    assert good == []
    assert why in wrong.why


def test_every_line_is_accounted_for() -> None:
    text = "2026-01-01, 1\n\n2026-01-01, 2\nx\n2026-02-01, 3\n"
    good, bad = pasted.read(text, today=TODAY, taken={date(2026, 2, 1): Decimal(9)})
    assert [one.line for one in good] == [1]
    assert [(one.line, one.why.split(" of")[0]) for one in bad[::2]] == [
        (3, "there is a reading"), (5, "there is a reading"),
    ]  # fmt: skip
    assert bad[1].line == 4


def test_too_many_lines() -> None:
    good, (wrong,) = pasted.read("2026-01-01, 1\n" * 1_001, today=TODAY)
    assert good == []
    assert "1,000 lines" in wrong.why


@given(st.text(max_size=300))
def test_nothing_breaks_it(text: str) -> None:
    good, bad = pasted.read(text, today=TODAY)
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(good) + len(bad) == len(lines)
    assert all(one.value.is_finite() for one in good)
