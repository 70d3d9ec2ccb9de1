"""NO_ROLLBACK: nobody has shown it; from PoC on, after a grace."""

from datetime import timedelta

import pytest
import time_machine

from portfolio.actions import flags, stages
from portfolio.models import Channel
from tests.factories import CHARTER, Cast
from tests.factories.answers import answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [
        ("idea", 200, False), ("poc", 30, True), ("poc", 29, False), ("pilot", 30, True),
        ("pilot", 29, False), ("rollout", 30, True), ("production", 30, True),
        ("stopped", 30, False), ("retired", 30, False),
    ],
)  # fmt: skip
def test_it_speaks_from_poc_on_after_its_grace(
    cast: Cast, stage: str, days: int, expected: bool
) -> None:
    one = settled(cast.mona, stage=stage, stage_since=ago(days))
    sweep()
    assert ("NO_ROLLBACK" in codes(one)) is expected


@pytest.mark.parametrize(
    ("stage", "severity"),
    [("poc", "M"), ("pilot", "M"), ("rollout", "H"), ("production", "H")],
)
def test_how_heavy_it_is(cast: Cast, stage: str, severity: str) -> None:
    one = settled(cast.mona, stage=stage, stage_since=ago(100))
    sweep()
    found = flag(one, "NO_ROLLBACK")
    assert (found.severity, found.since) == (severity, ago(70))


@time_machine.travel(DAY, tick=False)
def test_evidence_clears_it_until_it_runs_out(cast: Cast) -> None:
    one = settled(cast.mona, stage="poc", stage_since=ago(100))
    sweep()
    last = DAY + timedelta(days=3)
    answer(one, "rollback", cast.mona, slug="full", until=last)
    assert "NO_ROLLBACK" not in codes(one)
    flags.sweep(as_of=last)
    assert "NO_ROLLBACK" not in codes(one)
    flags.sweep(as_of=last + timedelta(days=1))
    assert flag(one, "NO_ROLLBACK").since == last + timedelta(days=1)


@time_machine.travel(DAY, tick=False)
def test_a_claim_without_evidence_does_not_clear_it(cast: Cast) -> None:
    one = settled(cast.mona, stage="poc", stage_since=ago(100))
    answer(one, "rollback", cast.mona, slug="full", link="")
    sweep()
    assert flag(one, "NO_ROLLBACK").since == DAY  # The day of the answer that does not count.


@time_machine.travel(DAY, tick=False)
def test_it_goes_with_the_pilot_to_the_next_stage(cast: Cast) -> None:
    one = settled(cast.mona, stage="poc", stage_since=ago(60), **CHARTER)
    sweep()
    stages.change(
        pilot=one, by=cast.mona, channel=Channel.WEB, stage="rollout", on=DAY, decided=True
    )
    found = flag(one, "NO_ROLLBACK")
    assert (found.severity, found.since) == ("H", ago(30))
