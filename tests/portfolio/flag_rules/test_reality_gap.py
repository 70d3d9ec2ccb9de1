from typing import Any

import pytest

from portfolio.models import FlagLimit
from tests.factories import Cast
from tests.portfolio.flag_rules.numbers import RECORDED, metric, pair
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words

RULE = "REALITY_GAP"


@pytest.mark.parametrize(
    ("curated", "raw", "expected"),
    [("90", "72", True), ("90", "80", False), ("90", "79.99999999", True), ("70", "90", False)],
)
def test_more_than_ten_points(cast: Cast, curated: str, raw: str, expected: bool) -> None:
    pilot = settled(cast.mona, stage="poc")
    pair(pilot, curated, raw)
    sweep()
    assert (RULE in codes(pilot)) is expected


def test_it_says_both_numbers_and_since_when(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="poc")
    pair(pilot, "90", "72.5", days=3)
    sweep()
    assert words(pilot, RULE) == "17.5 points less on raw data: 72.5 % of 90 %"
    assert flag(pilot, RULE).since == ago(3)


def test_it_closes_with_a_better_reading_and_not_with_a_superseded_one(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="poc")
    _, raw = pair(pilot, "90", "72")
    wrong = raw.readings.create(value=99, on=ago(1), recorded_at=RECORDED)
    wrong.superseded_at = RECORDED
    wrong.save()
    sweep()
    assert RULE in codes(pilot)
    raw.readings.create(value=85, on=ago(0), recorded_at=RECORDED)
    sweep()
    assert RULE not in codes(pilot)


@pytest.mark.parametrize(
    "change", [{"until": ago(1)}, {"preset": ""}], ids=["ended", "not the preset"]
)
def test_both_metrics_must_be_there(cast: Cast, change: dict[str, Any]) -> None:
    pilot = settled(cast.mona, stage="poc")
    curated, _ = pair(pilot, "90", "72")
    type(curated).objects.filter(pk=curated.pk).update(**change)
    sweep()
    assert RULE not in codes(pilot)


def test_no_reading_is_no_gap_and_the_limit_is_settable(cast: Cast) -> None:
    empty = settled(cast.mona, "Empty", stage="poc")
    metric(empty, "Curated", "90", preset="accuracy_curated")
    metric(empty, "Raw", preset="accuracy_raw")
    pilot = settled(cast.mona, stage="production")
    pair(pilot, "90", "72")
    FlagLimit.objects.create(rule=RULE, limit=20)
    sweep()
    assert RULE not in codes(pilot) | codes(empty)
