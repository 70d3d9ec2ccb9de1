"""Structured evidence: what is read, what is refused, and when the numbers are good enough."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.evidence import (
    BOXES,
    JUDGES,
    NO_BAR,
    Bar,
    NotANumber,
    again,
    judge,
    kept,
    plain,
    read,
)
from readiness.models.checklist import EvidenceKind

TODAY = date(2026, 3, 2)
RAW = {
    "records": "200", "random": "yes", "untouched": "yes", "curated": "90", "raw": "82.5",
    "on": "2026-02-20",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "sent", "passes", "sentence"),
    [
        ("raw_200", RAW, True, "90 % on the pilot's data, 82.5 % on raw records."),
        ("raw_200", RAW | {"records": "199"}, False, "199 records; 200 are the fewest."),
        ("raw_200", RAW | {"random": "no"}, False, "The records were not drawn at random."),
        ("raw_200", RAW | {"untouched": "no"}, False, "cleaned or prepared first"),
        ("raw_200", RAW | {"raw": "80"}, True, "80 % on raw records."),
        ("raw_200", RAW | {"raw": "79.99"}, False, "10.01 points apart, 10 are allowed."),
        ("drill", {"on": "2026-03-02", "minutes": "95"}, True, "95 minutes, 2 March 2026."),
        ("load_ratio", {"tested": "50", "expected": "50"}, True, "50 users at once tested, 50"),
        ("load_ratio", {"tested": "1", "expected": "50"}, False, "1 users at once tested, 50"),
        ("latency", {"budget": "800", "p95": "800"}, True, "95th percentile 800 ms, budget 800"),
        ("latency", {"budget": "800", "p95": "800.5"}, False, "800.5 ms, budget 800 ms"),
        ("number", {"value": "1 250.50", "unit": "EUR"}, True, "1,250.5 EUR"),
        ("number", {"value": "3"}, True, "3"),
        ("any", {}, True, ""),
        (
            "latency",
            {"budget": "6000", "p95": "4000", "waits": "yes"},
            False,
            "too long while a person waits",
        ),
        ("latency", {"budget": "6000", "p95": "4000", "waits": "no"}, True, "nobody waits."),
        ("load_ratio", {"tested": "60", "expected": "50"}, True, "expected: 1.2 of it."),
        ("load_ratio", {"tested": "9", "expected": "0.000000000000001"}, True, "of it."),
        ("drill", {"on": "2026-03-02", "minutes": "180"}, True, "two hours are the aim."),
        ("latency", {}, False, "The numbers are missing."),
    ],
)
def test_the_verdict_says_its_numbers(
    kind: str, sent: dict[str, str], passes: bool, sentence: str
) -> None:
    verdict = judge(kind, read(kind, sent, TODAY))
    assert verdict.passes is passes
    assert sentence in verdict.sentence


@pytest.mark.parametrize(
    ("kind", "sent", "field", "sentence"),
    [
        ("number", {"value": "1e400"}, "value", "Write a number from 0 to 1000000000000000."),
        ("number", {"value": "NaN"}, "value", "Write a number from 0"),
        ("number", {"value": "Infinity"}, "value", "Write a number from 0"),
        ("number", {"value": "much"}, "value", "Write a number, such as 12.5."),
        ("number", {"value": "3", "unit": "x" * 41}, "unit", "Forty characters"),
        ("number", {"unit": "EUR"}, "value", "Value is missing."),
        ("raw_200", RAW | {"records": "200.5"}, "records", "Write a whole number."),
        ("raw_200", RAW | {"random": "maybe"}, "random", "Choose yes or no."),
        ("raw_200", RAW | {"raw": "101"}, "raw", "Write a number from 0 to 100."),
        ("raw_200", RAW | {"on": "2026-03-03"}, "on", "That day is still to come."),
        ("raw_200", RAW | {"on": "last week"}, "on", "Choose a day."),
        ("load_ratio", {"tested": "5", "expected": "0"}, "expected", "Write a number above 0."),
        ("latency", {"budget": "5", "p95": "5", "waits": "7"}, "waits", "Choose yes or no."),
        ("load_ratio", {"tested": "5"}, "expected", "expected is missing"),
    ],
)
def test_a_figure_that_cannot_be_read_names_its_box(
    kind: str, sent: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(NotANumber) as refused:
        read(kind, sent, TODAY)
    assert refused.value.field == field
    assert sentence in refused.value.sentence


def test_every_kind_has_its_boxes_and_every_kind_with_boxes_a_judge() -> None:
    assert set(BOXES) == set(EvidenceKind.values)
    assert {kind for kind, boxes in BOXES.items() if boxes} == set(JUDGES)


PERCENT = Bar(Decimal(80), None, "%")


@pytest.mark.parametrize(
    ("bar", "value", "passes", "sentence"),
    [
        (PERCENT, "12", False, "12 %; at least 80 % is needed."),
        (PERCENT, "79.99", False, "79.99 %; at least 80 % is needed."),
        (PERCENT, "80", True, "80 %, at least 80 % asked for."),
        (PERCENT, "100", True, "100 %, at least 80 % asked for."),
        (Bar(None, Decimal(5), "%"), "5.01", False, "5.01 %; at most 5 % is needed."),
        (Bar(None, Decimal(5), "%"), "0", True, "0 %, at most 5 % asked for."),
        (Bar(Decimal(2), Decimal("4.5")), "5", False, "5; at least 2 and at most 4.5 is needed."),
        (Bar(Decimal(100), None, "cases"), "100", True, "100 cases, at least 100 cases asked for."),
        (NO_BAR, "12", True, "12 EUR"),
        (Bar(unit="tokens"), "12", True, "12 tokens"),
    ],
)
def test_a_number_reaches_its_bar_or_does_not(
    bar: Bar, value: str, passes: bool, sentence: str
) -> None:
    figures = read("number", {"value": value, "unit": "EUR"}, TODAY, bar)
    verdict = judge("number", figures, bar)
    assert (verdict.passes, verdict.sentence) == (passes, sentence)


def test_a_share_is_at_most_a_hundred() -> None:
    with pytest.raises(NotANumber, match="Write a number from 0 to 100"):
        read("number", {"value": "101"}, TODAY, PERCENT)
    assert judge("number", {}, PERCENT) == judge("number", {})


@given(st.sampled_from(sorted(BOXES)), st.dictionaries(st.text(max_size=8), st.text(max_size=30)))
def test_whatever_is_sent_is_read_or_refused(kind: str, sent: dict[str, str]) -> None:
    names = [box.name for box in BOXES[kind]]
    sent = dict(zip(names, sent.values(), strict=False))
    verdict, refused = None, None
    try:
        verdict = judge(kind, read(kind, sent, TODAY))
    except NotANumber as error:
        refused = error
    if refused:
        assert refused.field in names
        assert refused.sentence
    else:
        assert verdict
        assert verdict.passes or verdict.sentence


amounts = st.decimals(0, 10**12, places=4)


@given(amounts, amounts.filter(bool))
def test_what_is_stored_is_read_again_unchanged(p95: Decimal, budget: Decimal) -> None:
    figures = read("latency", {"p95": f"{p95:f}", "budget": f"{budget:f}"}, TODAY)
    assert again("latency", kept(figures)) == figures
    assert judge("latency", figures).passes is (p95 <= budget)


@given(st.decimals(0, 10**15, allow_nan=False, allow_infinity=False))
def test_numbers_are_never_written_in_powers_of_ten(number: Decimal) -> None:
    assert "E" not in plain(number)
    assert Decimal(plain(number).replace(",", "")) == number


def test_numbers_of_another_kind_are_none() -> None:
    """An item of a later version may ask for other numbers than were given."""
    assert again("latency", {"value": "12", "unit": "ms"}) == {}
    assert again("any", {"budget": "1", "p95": "2"}) == {}
