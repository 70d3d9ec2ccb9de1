"""CONDITION_OVERDUE: what a decision depends on, and nobody has done."""

from datetime import date

import pytest

from portfolio.models import Pilot
from readiness.models import Condition
from tests.factories import Cast
from tests.factories.decided import condition
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


def found(pilot: Pilot) -> bool:
    sweep()
    return "CONDITION_OVERDUE" in codes(pilot)


@pytest.mark.parametrize(("due", "expected"), [(ago(-1), False), (DAY, False), (ago(1), True)])
def test_it_opens_the_day_after(cast: Cast, due: date, expected: bool) -> None:
    one = settled(cast.mona, stage="pilot")
    condition(one, cast.vera, cast.mona, cast.ed, due=due)
    assert found(one) is expected


def test_it_names_the_condition_and_since_when(cast: Cast) -> None:
    one = settled(cast.mona, stage="pilot")
    condition(one, cast.vera, cast.mona, cast.ed, due=ago(5))
    assert found(one)
    assert flag(one, "CONDITION_OVERDUE").since == ago(4)
    assert flag(one, "CONDITION_OVERDUE").severity == "H"
    assert words(one, "CONDITION_OVERDUE") == "Condition 5 days overdue: Sign the contract"


def test_several_are_counted_from_the_first(cast: Cast) -> None:
    one = settled(cast.mona, stage="pilot")
    for days in (5, 9):
        condition(one, cast.vera, cast.mona, cast.ed, due=ago(days))
    assert found(one)
    assert flag(one, "CONDITION_OVERDUE").since == ago(8)
    said = words(one, "CONDITION_OVERDUE")
    assert said == "2 conditions overdue, the first by 9 days"


@pytest.mark.parametrize("settled_by", ["met_on", "dropped_on"])
def test_what_is_settled_is_not_overdue(cast: Cast, settled_by: str) -> None:
    one = settled(cast.mona, stage="pilot")
    late = condition(one, cast.vera, cast.mona, cast.ed, due=ago(5))
    Condition.objects.filter(pk=late.pk).update(
        **{settled_by: DAY, "settled_by": cast.vera, "note": "x"}
    )
    assert not found(one)


def test_a_stopped_pilot_carries_it_too(cast: Cast) -> None:
    one = settled(cast.mona, stage="pilot")
    condition(one, cast.vera, cast.mona, cast.ed, due=ago(5), what="End all access")
    Pilot.objects.filter(pk=one.pk).update(stage="stopped")
    assert found(one)
