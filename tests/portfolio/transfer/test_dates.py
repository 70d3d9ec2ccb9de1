from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.transfer.dates import Evidence, evidence, has_words, read

DAY = date(2024, 3, 14)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-14", "2024-3-14", "2024/03/14", "2024.03.14", "20240314", " 2024-03-14 ",
        "2024-03-14T08:30:00Z", "2024-03-14 08:30:00", "3/14/2024", "14/3/2024", "14.03.2024",
        "14.3.24", "14-03-2024", "3/14/24", "14 Mar 2024", "14-Mar-2024", "14-Mar-24",
        "March 14, 2024", "Mar 14 2024", "14th of March 2024", "14. März 2024", "14. Mrz 2024",
        "Thursday, March 14, 2024", "Do., 14.03.2024", "45365", "45365.75",
        "2024-03-14 (first formal action related to this project)",
        "2024-03-14 (contract kick-off); 2024-08-23 (signed Acquisition Plan)",
        "2024-03-14 Technical kickoff",
    ],
)  # fmt: skip
def test_a_day_is_read(cell: str) -> None:
    assert read(cell, None) == (DAY, "")


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("3/4/2024", "ambiguous: month first or day first"),
        ("24-Aug", "ambiguous: a month of a year, or a day"),
        ("Aug-24", "ambiguous: a month of a year, or a day"),
        ("22-Jul", "ambiguous"), ("2022-08 (estimated)", "a month, not a day"),
        ("08/2024", "a month, not a day"), ("August 2024", "a month, not a day"),
        ("Juli", "a month, not a day"),
        ("Q4FY25", "a quarter, not a day"), ("Q3 2024", "a quarter"), ("2024 Q1", "a quarter"),
        ("4Q25", "a quarter"), ("3. Quartal 2024", "a quarter"), ("H1 2024", "a half-year"),
        ("FY2025", "a fiscal year"), ("Scheduled for FY2025", "a fiscal year"),
        ("Pre-2021", "a limit"), ("before 2020", "a limit"), ("vor 2020", "a limit"),
        ("2015-2022", "a span of years"), ("Current model: 2019-2023", "a span of years"),
        ("2024", "a year, not a day"), ("Spring 2024", "a season"), ("KW 12 2024", "a week"),
        ("mid 2024", "only roughly"), ("2024-01-02 - 2024-02-03", "a span"),
        ("10/12023", "a separator seems to be missing"), ("31.02.2024", "no day of the calendar"),
        ("2024-13-01", "no day of the calendar"), ("99/99/2024", "no day of the calendar"),
        ("7/15/1905", "is the year 2023 turned into a day"), ("1/0/1900", "no day"),
        ("0024-01-01", "out of range"), ("01.01.1870", "out of range"),
        ("1900-01-01", "empty date"),
        ("N/A", "says “N/A”: kept as unknown"), ("TBD", "kept as unknown"),
        ("n.a.", "kept as unknown"), ("-", "kept as unknown"), ("unbekannt", "kept as unknown"),
        ("To Be Determined (calendar 2025)", "kept as unknown"), ("Ongoing", "kept as unknown"),
        ("N/A -Consolidated into another use case.", "kept as unknown"),
        ("soon", "is not a date"), ("12345678901", "is not a date"), ("v1.2.3", "is not a date"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_what_it_is(cell: str, part: str) -> None:
    day, reason = read(cell, None)
    assert day is None
    assert part in reason


def test_the_order_is_decided_by_evidence() -> None:
    american = evidence(["3/14/2024", "3/4/2024", "12/25/2023", "n/a", "14.3.2024"])
    assert american == Evidence(mdy=2, dmy=0, open=1)
    assert american.order == "mdy"
    assert evidence(["14/3/2024", "3/4/2024"]).order == "dmy"
    assert evidence(["3/4/2024", "5/5/2024"]).order is None
    assert evidence(["14/3/2024", "3/14/2024"]).order is None
    assert read("3/4/2024", "mdy") == (date(2024, 3, 4), "")
    assert read("3/4/2024", "dmy") == (date(2024, 4, 3), "")
    assert read("5/5/2024", None) == (date(2024, 5, 5), "")


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_iso_reads_back(day: date) -> None:
    assert read(day.isoformat(), None) == (day, "")
    assert read(day.strftime("%d.%m.%Y"), None) == (day, "")
    assert read(day.strftime("%m/%d/%Y"), "mdy") == (day, "")
    assert read(day.strftime("%d/%m/%Y"), "dmy") == (day, "")


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_has_a_reason(cell: str) -> None:
    day, reason = read(cell, "mdy")
    assert (day is None) == bool(reason)


def test_words_beside_a_date_are_noticed() -> None:
    assert has_words("2022-11-16 (first formal action)")
    assert not has_words("2022-11-16")
    assert not has_words("2022-11-16T08:00:00Z")
