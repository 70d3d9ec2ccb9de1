import pytest

from portfolio.actions import metrics
from portfolio.models import Channel, Metric
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("idea", False), ("poc", True), ("pilot", True), ("rollout", True), ("production", True)],
)
def test_an_idea_needs_no_metric_yet(cast: Cast, stage: str, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage)
    sweep()
    assert ("NO_METRIC" in codes(pilot)) is expected


def test_a_metric_clears_it_and_its_end_brings_it_back(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="poc")
    metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name="Minutes saved")
    assert "NO_METRIC" not in codes(pilot)
    Metric.objects.filter(pilot=pilot).update(since=ago(9), until=ago(3))
    sweep()
    assert flag(pilot, "NO_METRIC").since == ago(3)
