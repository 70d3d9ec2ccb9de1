import pytest

from portfolio.models import StageInterval
from tests.factories import Cast
from tests.portfolio.flag_rules.numbers import RECORDED, metric
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words

RULE = "LIVE_UNUSED"


@pytest.mark.parametrize(
    ("days", "adoption", "expected"),
    [(42, "29.99", True), (41, "10", False), (60, "30", False), (60, "0", True)],
)
def test_after_six_weeks_under_thirty_percent(
    cast: Cast, days: int, adoption: str, expected: bool
) -> None:
    pilot = settled(cast.mona, stage="production", stage_since=ago(days))
    metric(pilot, "Adoption", adoption, preset="adoption")
    sweep()
    assert (RULE in codes(pilot)) is expected


def test_it_counts_from_rollout(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="production", stage_since=ago(10))
    StageInterval.objects.create(
        pilot=pilot, stage="rollout", since=ago(50), since_bound=ago(50), until=ago(10),
        recorded_at=RECORDED,
    )  # fmt: skip
    metric(pilot, "Adoption", "12.5", preset="adoption", days=20)
    sweep()
    assert words(pilot, RULE) == "12.5 % of those it is for use it"
    assert flag(pilot, RULE).since == ago(8)


def test_what_was_read_before_does_not_count(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="rollout", stage_since=ago(60))
    adoption = metric(pilot, "Adoption", "5", preset="adoption", days=61)
    sweep()
    assert RULE not in codes(pilot)
    adoption.readings.create(value=7, on=ago(30), recorded_at=RECORDED)
    sweep()
    assert RULE in codes(pilot)
    adoption.readings.create(value=41, on=ago(2), recorded_at=RECORDED)
    sweep()
    assert RULE not in codes(pilot)


def test_a_pilot_is_not_live(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="pilot", stage_since=ago(60))
    metric(pilot, "Adoption", "5", preset="adoption")
    sweep()
    assert RULE not in codes(pilot)
