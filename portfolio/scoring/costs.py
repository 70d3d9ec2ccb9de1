"""What follows from costs: a month at full volume, a unit of value, spending so far.

Amounts are in the company's currency, exact; what cannot be known is None, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from common.numbers import PRECISION
from portfolio.models import ValuePer

MONTH_DAYS = Decimal("365.25") / 12
BURN_MONTHS = 3  # whole months that a burn is the mean of


@dataclass(frozen=True, slots=True)
class Estimated:
    """`per_value` is None when nobody said how many units one unit of value takes."""

    per_unit: Decimal
    per_day: Decimal
    per_month: Decimal
    per_value: Decimal | None


def estimate(
    *, demo_cost: Decimal, demo_units: int, volume_per_day: int, days_per_month: int = 30,
    fixed_per_month: Decimal = Decimal(0), units_per_value: Decimal | None = None,
) -> Estimated:  # fmt: skip
    """From the price of a demo to that of a month (source map E17).

    A unit costs demo_cost / demo_units; a month is so many units a day on so many days, and what
    is paid whatever the volume; the fixed part is spread over the units of value, too.
    """
    with localcontext(prec=PRECISION):
        unit = demo_cost / demo_units
        day = unit * volume_per_day
        month = day * days_per_month + fixed_per_month
        value = None
        if units_per_value is not None:
            units = Decimal(volume_per_day) * days_per_month
            whole = month / units if units else (None if fixed_per_month else unit)
            value = None if whole is None else whole * units_per_value
    return Estimated(unit, day, month, value)


@dataclass(frozen=True, slots=True)
class Burn:
    """The mean of the months named, newest first."""

    amount: Decimal
    months: tuple[date, ...]


def burn(by_month: Mapping[date, Decimal], as_of: date) -> Burn | None:
    """The mean of the last three whole months that have entries, none older than three months.

    The month that runs is left out; a month without entries is unknown, not free.
    """
    recent = [month for month in _before(as_of, BURN_MONTHS) if month in by_month]
    if not recent:
        return None
    with localcontext(prec=PRECISION):
        return Burn(sum((by_month[m] for m in recent), Decimal(0)) / len(recent), tuple(recent))


def _before(as_of: date, months: int) -> list[date]:
    found, month = [], as_of.replace(day=1)
    for _ in range(months):
        month = date(month.year - (month.month == 1), month.month - 1 or 12, 1)
        found.append(month)
    return found


def per_value(
    *, value: Decimal | None, per: str, monthly: Decimal | None, spent: Decimal | None
) -> Decimal | None:
    """What one unit of value costs. `value` counts units a day, week or month, which the monthly
    cost buys, or all since the start, which all that was spent bought. Levels have no units."""
    if value is None or value <= 0 or per in ("", ValuePer.LEVEL):
        return None
    cost = spent if per == ValuePer.TOTAL else monthly
    if cost is None:
        return None
    with localcontext(prec=PRECISION):
        times = {ValuePer.DAY: MONTH_DAYS, ValuePer.WEEK: MONTH_DAYS / 7}.get(
            ValuePer(per), Decimal(1)
        )
        return cost / (value * times)
