# ruff: noqa: RUF001 - typographic characters are what is tested
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.transfer import text
from portfolio.transfer.values import amount, choice, decimal_mark, scale, yes_no


@pytest.mark.parametrize(
    ("cell", "value"),
    [("Yes", True), ("ja", True), ("X", True), ("TRUE", True), ("1", True), ("No", False),
     ("nein", False), ("NO.", False), ("Yes – source code is public.", True),
     ("No.  Engineering review instead.", False), ("N/A", None), ("maybe", None), ("Nordic", None)],
)  # fmt: skip
def test_yes_and_no(cell: str, value: bool | None) -> None:
    found, reason = yes_no(cell)
    assert found is value
    assert (found is None) == bool(reason)


def test_choices_take_codes_labels_and_words() -> None:
    assert choice("audience", "customer") == ("customer", "")
    assert choice("audience", "Kunden") == ("customer", "")
    assert choice("hosting", "A consultant's machine") == ("consultant_machine", "")
    assert choice("data_class", "PII (names)") == ("personal", "")
    assert "none of the known values (internal, customer)" in choice("audience", "Martians")[1]


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("1200", None, "1200.00"), ("1,234.56", None, "1234.56"), ("1.234,56 €", None, "1234.56"),
        ("€ 12k", None, "12000.00"), ("$1.5M", None, "1500000.00"),
        ("2 Mio. EUR", None, "2000000.00"),
        ("12 000", None, "12000.00"), ("12'000.50", None, "12000.50"), ("1.234", ",", "1234.00"),
        ("1.234", ".", "1.23"), ("1,234", ".", "1234.00"), ("0,5", None, "0.50"),
        ("EUR 7", None, "7.00"),
        ("1,234,567", None, "1234567.00"), ("ca. 500 USD", None, "500.00"),
        ("30 Tsd.", None, "30000.00"),
    ],
)  # fmt: skip
def test_amounts(cell: str, mark: str | None, value: str) -> None:
    assert amount(cell, mark) == (Decimal(value), "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "part"),
    [("1.234", "ambiguous"), ("10-20k", "range"), ("-5", "negative"), ("(1,200)", "negative"),
     ("tbd", "kept as unknown"), ("much", "not an amount"), ("NaN", "kept as unknown"),
     ("1e999", "not an amount"), ("999999999999999", "larger than any")],
)  # fmt: skip
def test_what_is_no_amount_says_why(cell: str, part: str) -> None:
    value, reason = amount(cell, None)
    assert value is None
    assert part in reason


def test_the_decimal_mark_is_decided_by_evidence() -> None:
    assert decimal_mark(["1.234,50", "2.000"]) == ","
    assert decimal_mark(["1,234.50", "2,000"]) == "."
    assert decimal_mark(["1.234", "n/a"]) is None


@given(st.text())
def test_stored_text_has_no_controls_and_is_stable(raw: str) -> None:
    for clean in (text.line, text.lines):
        once = clean(raw)
        assert "\x00" not in once
        assert "\u202e" not in once
        if once[:1] != "'":
            assert clean(once) == once


def test_headers_compare_without_case_accents_and_marks() -> None:
    assert text.header_key("  Geschäfts-Bereich* ") == "geschafts bereich"
    assert text.header_key("useCaseName") == "use case name"
    assert text.header_key("PoC_Start (Date)") == "poc start date"


def test_the_apostrophe_of_an_export_is_taken_off() -> None:
    assert text.line("'=1+1") == "=1+1"
    assert text.line("'tis") == "'tis"


@pytest.mark.parametrize(
    ("header", "power"),
    [("Budget", 0), ("Budget (T€)", 3), ("Cost in k USD", 3), ("Kosten TEUR", 3), ("Budget (k)", 3),
     ("Spend ($000s)", 3), ("Budget in Tsd. EUR", 3), ("Cost (M€)", 6), ("Budget Mio. EUR", 6),
     ("Total cost (EUR)", 0), ("Market budget", 0)],
)  # fmt: skip
def test_a_header_may_count_in_thousands(header: str, power: int) -> None:
    assert scale(header) == power
    assert amount("120", None, power)[0] == 120 * 10**power
    assert amount("2 Mio.", None, power)[0] == 2_000_000
