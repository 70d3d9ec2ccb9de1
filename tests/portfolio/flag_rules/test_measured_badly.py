"""NO_BASELINE, READING_OVERDUE and NO_OUTLET."""

from decimal import Decimal

import pytest
import time_machine

from portfolio.actions import metrics, pilots
from portfolio.models import Channel, Metric, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


def measured(cast: Cast, days: int, name: str = "Minutes", **values: object) -> Pilot:
    pilot = Pilot.objects.first() or settled(cast.mona, stage="poc")
    with time_machine.travel(f"{ago(days)}T12:00:00Z", tick=False):
        metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name=name, **values)  # type: ignore[arg-type]
    sweep()
    return pilot


def test_a_metric_without_a_baseline(cast: Cast) -> None:
    pilot = measured(cast, 5)
    assert flag(pilot, "NO_BASELINE").since == ago(5)
    assert words(pilot, "NO_BASELINE") == "A metric without a baseline"
    Metric.objects.update(baseline=Decimal(0))
    sweep()
    assert "NO_BASELINE" not in codes(pilot)


def test_several_metrics_without_a_baseline(cast: Cast) -> None:
    measured(cast, 5)
    pilot = measured(cast, 3, "Errors")
    assert words(pilot, "NO_BASELINE") == "2 metrics without a baseline"


@pytest.mark.parametrize(("days", "expected"), [(37, False), (38, True)])
def test_a_metric_that_was_never_read(cast: Cast, days: int, expected: bool) -> None:
    assert ("READING_OVERDUE" in codes(measured(cast, days))) is expected


def test_the_metric_that_waits_longest_speaks(cast: Cast) -> None:
    measured(cast, 100, "Minutes", cadence_days=90)
    pilot = measured(cast, 60, "Errors", cadence_days=7)
    assert words(pilot, "READING_OVERDUE") == "No reading of “Errors” for 60 days"
    errors, minutes = Metric.objects.get(name="Errors"), Metric.objects.get(name="Minutes")
    read = {"by": cast.mona, "channel": Channel.WEB, "value": Decimal(1), "on": DAY}
    metrics.read(metric=errors, **read)  # type: ignore[arg-type]
    assert words(pilot, "READING_OVERDUE") == "No reading of “Minutes” for 100 days"
    metrics.read(metric=minutes, **read)  # type: ignore[arg-type]
    assert "READING_OVERDUE" not in codes(pilot)


@pytest.mark.parametrize(
    ("stage", "expected"), [("idea", False), ("poc", True), ("pilot", True), ("rollout", False)]
)
def test_a_pilot_without_an_outlet(cast: Cast, stage: str, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage)
    assert ("NO_OUTLET" in codes(pilot)) is expected
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, planned_outlet="ERP, run by IT")
    assert "NO_OUTLET" not in codes(pilot)
