from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.scoring import costs

DAY = date(2026, 11, 20)


def test_thirty_for_a_demo_and_a_hundred_thousand_users() -> None:
    found = costs.estimate(
        demo_cost=Decimal(30), demo_units=1_500, volume_per_day=100_000, days_per_month=30,
        fixed_per_month=Decimal(450), units_per_value=Decimal(3),
    )  # fmt: skip
    assert (found.per_unit, found.per_day, found.per_month) == (
        Decimal("0.02"), Decimal(2_000), Decimal(60_450),
    )  # fmt: skip
    assert found.per_value == Decimal("0.06045")


def test_unknown_stays_unknown() -> None:
    found = costs.estimate(demo_cost=Decimal(30), demo_units=10, volume_per_day=0)
    assert (found.per_month, found.per_value) == (Decimal(0), None)
    nothing = costs.estimate(
        demo_cost=Decimal(30), demo_units=10, volume_per_day=0, fixed_per_month=Decimal(1),
        units_per_value=Decimal(1),
    )  # fmt: skip
    assert nothing.per_value is None
    free = costs.estimate(
        demo_cost=Decimal(30), demo_units=10, volume_per_day=0, units_per_value=Decimal(2)
    )
    assert free.per_value == 6


TINY = Fraction(1, 10**20)  # of the whole: what rounding may cost
amounts = st.integers(0, 10**15).map(lambda cents: Decimal(cents) / 100)


@given(amounts, st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 31), amounts)
def test_a_month_is_its_units_and_what_is_fixed(
    cost: Decimal, units: int, volume: int, days: int, fixed: Decimal
) -> None:
    found = costs.estimate(
        demo_cost=cost, demo_units=units, volume_per_day=volume, days_per_month=days,
        fixed_per_month=fixed, units_per_value=Decimal(1),
    )  # fmt: skip
    assert found.per_value is not None
    month = Fraction(cost) / units * volume * days + Fraction(fixed)
    assert abs(Fraction(found.per_month) - month) <= month * TINY
    assert abs(Fraction(found.per_value) * volume * days - month) <= month * TINY


@pytest.mark.parametrize(
    ("months", "amount", "count"),
    [
        ({"2026-10": 300, "2026-09": 100, "2026-08": 200, "2026-07": 999}, 200, 3),
        ({"2026-10": 300}, 300, 1),
        ({"2026-11": 300}, None, 0),  # The month that runs is not over.
        ({"2026-07": 300}, None, 0),
        ({"2026-08": 0}, 0, 1),
        ({}, None, 0),
    ],
)
def test_the_burn(months: dict[str, int], amount: int | None, count: int) -> None:
    by_month = {date.fromisoformat(f"{m}-01"): Decimal(a) for m, a in months.items()}
    found = costs.burn(by_month, DAY)
    assert (found.amount if found else None) == amount
    assert len(found.months if found else ()) == count


def test_the_burn_reaches_over_the_year() -> None:
    found = costs.burn({date(2025, 12, 1): Decimal(5)}, date(2026, 2, 28))
    assert found == costs.Burn(Decimal(5), (date(2025, 12, 1),))


@pytest.mark.parametrize(
    ("value", "per", "expected"),
    [
        ("100", "month", "12"), ("10", "total", "3000"), ("100", "level", None), ("0", "day", None),
        ("-5", "day", None), (None, "month", None), ("100", "", None),
    ],
)  # fmt: skip
def test_a_unit_of_value(value: str | None, per: str, expected: str | None) -> None:
    found = costs.per_value(
        value=None if value is None else Decimal(value), per=per, monthly=Decimal(1_200),
        spent=Decimal(30_000),
    )  # fmt: skip
    assert found == (None if expected is None else Decimal(expected))
    assert costs.per_value(value=Decimal(1), per="month", monthly=None, spent=None) is None


def test_days_and_weeks_make_a_month() -> None:
    by = {"monthly": Decimal(1_000), "spent": None, "value": Decimal(1)}
    day, week = costs.per_value(per="day", **by), costs.per_value(per="week", **by)
    assert day is not None
    assert week is not None
    assert round(day, 4) == Decimal("32.8542")
    assert abs(week / day - 7) < Decimal("1e-20")
