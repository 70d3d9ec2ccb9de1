from typing import Any

import pytest

from portfolio.models import Metric, Pilot
from tests.factories import Cast
from tests.portfolio.flag_rules.numbers import RECORDED, metric
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words

RULE = "GREEN_TECH_RED_VALUE"


def value(pilot: Pilot, *readings: str, **fields: Any) -> Metric:
    given = {"value_per": "level", "baseline": 38, "target": 18, "direction": "down"}
    return metric(pilot, "Minutes a case", *readings, **given | fields)


def latency(pilot: Pilot, reading: str = "600", name: str = "Latency", **fields: Any) -> Metric:
    given = {"technical": True, "target": 800, "direction": "down"}
    return metric(pilot, name, reading, **given | fields)


@pytest.mark.parametrize(
    ("minutes", "milliseconds", "expected"),
    [
        ("38", "600", True),  # Has not moved.
        ("37", "800", True),  # 5 % of the way.
        ("41", "600", True),  # The wrong way.
        ("36", "600", False),  # Exactly a tenth of the way.
        ("20", "600", False),
        ("38", "801", False),  # The system is not on target either.
    ],
)
def test_the_system_holds_and_the_value_does_not_move(
    cast: Cast, minutes: str, milliseconds: str, expected: bool
) -> None:
    pilot = settled(cast.mona, stage="pilot")
    value(pilot, minutes)
    latency(pilot, milliseconds)
    sweep()
    assert (RULE in codes(pilot)) is expected


def test_it_says_how_far_and_since_when(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="rollout")
    minutes = value(pilot, "37", days=6)
    latency(pilot, days=4)
    sweep()
    assert words(pilot, RULE) == (
        "The system is on target, “Minutes a case” has come 5 % of the way"
    )
    assert flag(pilot, RULE).since == ago(4)
    minutes.readings.create(value=38, on=ago(0), recorded_at=RECORDED)
    sweep()
    assert "not moved towards its target" in words(pilot, RULE) or RULE in codes(pilot)
    minutes.readings.create(value=30, on=ago(0), recorded_at=RECORDED)
    sweep()
    assert RULE not in codes(pilot)


@pytest.mark.parametrize(
    "fields",
    [{"baseline": None}, {"target": None}, {"target": 38}, {"value_per": ""}, {"until": ago(1)},
     {"since": ago(20)}],
    ids=["no baseline", "no target", "nowhere to go", "not the value", "ended", "too young"],
)  # fmt: skip
def test_it_needs_a_value_metric_that_can_be_judged(cast: Cast, fields: dict[str, Any]) -> None:
    pilot = settled(cast.mona, stage="pilot")
    value(pilot, "38", **fields)
    latency(pilot)
    sweep()
    assert RULE not in codes(pilot)


def test_every_metric_of_the_system_that_can_be_judged_holds(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="pilot")
    value(pilot, "38")
    sweep()
    assert RULE not in codes(pilot)  # Nothing of the system is measured.
    latency(pilot, name="No target", target=None)
    metric(pilot, "Not read", technical=True, target=1)
    sweep()
    assert RULE not in codes(pilot)
    latency(pilot)
    sweep()
    assert RULE in codes(pilot)
    metric(pilot, "Failures", "3", technical=True, target=1, direction="down")
    sweep()
    assert RULE not in codes(pilot)
