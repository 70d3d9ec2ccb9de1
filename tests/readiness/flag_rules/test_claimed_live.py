"""CLAIMED_LIVE: in production, and one of the ten must-haves has no evidence."""

from datetime import timedelta

import pytest
import time_machine

from portfolio.actions import flags
from readiness.models import ChecklistItem
from tests.factories import Cast
from tests.factories.answers import answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


@pytest.fixture
def ten() -> list[str]:
    asked = ChecklistItem.objects.filter(template__slug="production", template__current=True)
    return list(asked.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [
        ("poc", 90, False), ("rollout", 90, False), ("production", 90, True),
        ("production", 29, False), ("retired", 90, False),
    ],
)  # fmt: skip
def test_it_speaks_in_production_alone(cast: Cast, stage: str, days: int, expected: bool) -> None:
    one = settled(cast.mona, stage=stage, stage_since=ago(days))
    sweep()
    assert ("CLAIMED_LIVE" in codes(one)) is expected


@time_machine.travel(DAY, tick=False)
def test_the_tenth_answer_clears_it(cast: Cast, ten: list[str]) -> None:
    one = settled(cast.mona, stage="production", stage_since=ago(90))
    for code in ten[:9]:
        answer(one, code, cast.mona)
    sweep()
    assert words(one, "CLAIMED_LIVE") == "In production with 1 of 10 must-haves open"
    assert flag(one, "CLAIMED_LIVE").since == ago(60)
    answer(one, ten[9], cast.mona)
    assert "CLAIMED_LIVE" not in codes(one)


@time_machine.travel(DAY, tick=False)
def test_evidence_that_runs_out_brings_it_back(cast: Cast, ten: list[str]) -> None:
    one = settled(cast.mona, stage="production", stage_since=ago(90))
    last = DAY + timedelta(days=2)
    for code in ten:
        answer(one, code, cast.mona, until=last if code == ten[0] else None)
    flags.sweep(as_of=last)
    assert "CLAIMED_LIVE" not in codes(one)
    flags.sweep(as_of=last + timedelta(days=1))  # The stored score still says ten of ten.
    assert flag(one, "CLAIMED_LIVE").since == last + timedelta(days=1)
