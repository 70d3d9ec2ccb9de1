from datetime import timedelta

import pytest

from portfolio.actions import pilots, stages
from portfolio.models import Channel, Flag, Pilot, StageInterval
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


@pytest.mark.parametrize(("days", "expected"), [(90, False), (91, False), (92, True), (400, True)])
def test_it_opens_on_day_92(cast: Cast, days: int, expected: bool) -> None:
    pilot = settled(cast.mona, stage="poc", stage_since=ago(days))
    sweep()
    assert ("STALE_POC" in codes(pilot)) is expected


def test_since_is_the_ninety_second_day_whenever_the_sweep_sees_it(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="poc", stage_since=ago(140))
    sweep()
    assert flag(pilot, "STALE_POC").since == ago(140) + timedelta(days=92)
    assert words(pilot, "STALE_POC") == "In PoC for 140 days"


def test_going_back_to_poc_continues_the_earlier_days(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="poc", stage_since=ago(30))
    # 60 days in PoC, a month as a pilot, and back in PoC for 30 days.
    StageInterval.objects.create(
        pilot=pilot, stage="poc", since=ago(120), since_bound=ago(120), until=ago(60),
        recorded_at=pilot.stage_intervals.get().recorded_at,
    )  # fmt: skip
    sweep()
    assert "STALE_POC" not in codes(pilot)
    sweep(DAY + timedelta(days=2))
    found = flag(pilot, "STALE_POC")
    assert found.since == DAY + timedelta(days=2)
    assert words(pilot, "STALE_POC", DAY + timedelta(days=2)) == "In PoC for 92 days"


def test_an_unknown_entry_counts_from_its_bound_and_says_so(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="poc", stage_since=None)
    Pilot.objects.filter(pk=pilot.pk).update(stage_since_bound=ago(100))
    sweep()
    assert words(pilot, "STALE_POC") == "In PoC for at least 100 days"


def test_a_hold_does_not_stop_it(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="poc", stage_since=ago(100))
    pilots.hold(
        pilot=pilot,
        by=cast.mona,
        channel=Channel.WEB,
        until=DAY + timedelta(days=30),
        reason="Data",
    )
    sweep()
    assert "STALE_POC" in codes(pilot)


@pytest.mark.parametrize("stage", ["pilot", "stopped"])
def test_it_closes_when_the_pilot_moves_on_or_ends(cast: Cast, stage: str) -> None:
    pilot = settled(cast.mona, stage="poc", stage_since=ago(100))
    sweep()
    stages.change(
        pilot=pilot, by=cast.mona, channel=Channel.WEB, stage=stage, on=ago(1), decided=True
    )
    closed = Flag.objects.get(pilot=pilot, rule="STALE_POC")
    assert closed.closed_at is not None
