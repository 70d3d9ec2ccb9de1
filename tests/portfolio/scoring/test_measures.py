"""How far a metric has come, by a table of cases and by properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.numbers import plain, with_unit
from portfolio.scoring import measures

numbers = st.decimals(-(10**12), 10**12, places=8)


def d(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("value", "baseline", "target", "bar", "words"),
    [
        ("300", "100", "500", 50, "50 % of the way"),
        ("26", "38", "15", 52, "52.1 % of the way"),  # Down, without a direction.
        ("10", "38", "15", 100, "121.7 % of the way: past the target"),
        ("44", "38", "15", 0, "26 % the wrong way"),
        ("15", "38", "15", 100, "100 % of the way"),
        ("99.999", "0", "100", 99, "99.9 % of the way"),  # Never 100 before it is.
        ("38", "38", "15", 0, "0 % of the way"),
        ("0.3", "0.1", "0.2", 100, "200 % of the way: past the target"),
        ("5", None, "10", None, "progress unknown: no baseline"),
        ("5", "1", None, None, "progress unknown: no target"),
        (None, "1", "2", None, "progress unknown: no reading"),
        ("5", "7", "7", None, "progress unknown: baseline and target are the same"),
    ],
)
def test_progress(
    value: str | None, baseline: str | None, target: str | None, bar: int | None, words: str
) -> None:
    found = measures.progress(d(value), d(baseline), d(target))
    assert (found.bar, found.words) == (bar, words)


@given(value=numbers, baseline=numbers, target=numbers)
def test_progress_is_exact_and_never_scientific(
    value: Decimal, baseline: Decimal, target: Decimal
) -> None:
    found = measures.progress(value, baseline, target)
    if baseline == target:
        assert found.share is None
        return
    assert found.share is not None
    assert found.bar is not None
    assert 0 <= found.bar <= 100
    back = baseline + found.share * (target - baseline) / 100
    assert abs(back - value) < Decimal("1e-8")
    assert (found.share >= 100) is ((value - target) * (target - baseline) >= 0)
    assert "E" not in found.words


@pytest.mark.parametrize(
    ("value", "baseline", "words"),
    [
        ("64", "100", "36 % less than the baseline"),
        ("2", "168", "98.8 % less than the baseline"),
        ("150", "100", "50 % more than the baseline"),
        ("-5", "-10", "50 % more than the baseline"),
        ("100.0001", "100", "under 0.1 % more than the baseline"),
        ("100", "100.0", "the same as the baseline"),
        ("100", "0", ""),
        ("100", None, ""),
        (None, "100", ""),
    ],
)
def test_the_change_since_the_baseline(value: str | None, baseline: str | None, words: str) -> None:
    assert measures.change_words(d(value), d(baseline)) == words


def test_on_target() -> None:
    one, two = Decimal(1), Decimal(2)
    assert measures.on_target(one, two, "down") is True
    assert measures.on_target(two, two, "up") is True
    assert measures.on_target(one, two, "up") is False
    assert measures.on_target(None, two, "up") is None
    assert measures.on_target(one, None, "up") is None


def test_vague_is_no_number_or_no_unit() -> None:
    assert measures.vague("h", Decimal(1)) == ""
    assert measures.vague("", Decimal(1)) == "Vague: no unit."
    assert measures.vague("", None) == "Vague: no unit and no target."


@pytest.mark.parametrize(("days", "late"), [(37, False), (38, True)])
def test_overdue_after_a_week_of_grace(days: int, late: bool) -> None:
    assert measures.overdue(days, 30) is late


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**18),
                   max_value=10**18))  # fmt: skip
def test_numbers_read_back_as_they_are(value: Decimal) -> None:
    assert Decimal(plain(value).replace(",", "")) == value
    assert "E" not in plain(value)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("640", "ms", "640 ms"), ("6.40000000", "EUR", "6.40 EUR"), ("1E+3", "EUR", "1,000 EUR"),
        ("0.0125", "EUR", "0.0125 EUR"), ("92.50000000", "%", "92.5 %"), ("1E-7", "", "0.0000001"),
        ("-0", "h", "0 h"),
    ],
)  # fmt: skip
def test_units(value: str, unit: str, words: str) -> None:
    assert with_unit(Decimal(value), unit) == words
