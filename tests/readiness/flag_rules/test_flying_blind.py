"""FLYING_BLIND: of truth set, scoring and monitoring one is missing."""

import pytest
import time_machine

from portfolio.models import Pilot
from tests.factories import Cast
from tests.factories.answers import answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


def blind(pilot: Pilot) -> bool:
    sweep()
    return "FLYING_BLIND" in codes(pilot)


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [
        ("poc", 90, False), ("pilot", 90, False), ("rollout", 90, True), ("production", 90, True),
        ("production", 29, False), ("production", 30, True), ("retired", 90, False),
    ],
)  # fmt: skip
def test_it_speaks_of_what_people_rely_on(
    cast: Cast, stage: str, days: int, expected: bool
) -> None:
    one = settled(cast.mona, stage=stage, stage_since=ago(days))
    assert blind(one) is expected


@time_machine.travel(DAY, tick=False)
def test_all_three_parts_clear_it_on_the_full_list(cast: Cast) -> None:
    one = settled(cast.mona, stage="production", stage_since=ago(90))
    sweep()
    said = "Of the evaluation is missing: truth set, scoring, monitoring"
    assert words(one, "FLYING_BLIND") == said
    assert flag(one, "FLYING_BLIND").since == ago(60)
    for code in ("truth_set", "scoring"):
        answer(one, code, cast.mona, slug="full")
        assert "FLYING_BLIND" in codes(one)
    sweep()
    assert words(one, "FLYING_BLIND") == "Of the evaluation is missing: monitoring"
    answer(one, "monitoring_live", cast.mona, slug="full")
    assert "FLYING_BLIND" not in codes(one)


@time_machine.travel(DAY, tick=False)
def test_the_ten_questions_prove_the_same(cast: Cast) -> None:
    one = settled(cast.mona, stage="production", stage_since=ago(90))
    answer(one, "evaluation", cast.mona)
    assert blind(one)
    answer(one, "alerting", cast.mona)
    assert not blind(one)


@time_machine.travel(DAY, tick=False)
def test_there_is_nothing_to_monitor_before_production(cast: Cast) -> None:
    one = settled(cast.mona, stage="rollout", stage_since=ago(90))
    answer(one, "evaluation", cast.mona)
    assert not blind(one)


@time_machine.travel(DAY, tick=False)
def test_a_part_that_opens_later_is_its_day(cast: Cast) -> None:
    one = settled(cast.mona, stage="production", stage_since=ago(90))
    answer(one, "evaluation", cast.mona)
    answer(one, "alerting", cast.mona)
    answer(one, "alerting", cast.mona, "open", link="")
    assert blind(one)
    assert flag(one, "FLYING_BLIND").since == DAY
