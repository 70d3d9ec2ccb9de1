"""What follows a PoC that succeeded: GONE_QUIET, IDLE_AFTER_SUCCESS, and ZOMBIE after a demo."""

from datetime import timedelta
from typing import Any

import pytest

from portfolio.actions import stages, updates
from portfolio.models import Channel, Flag, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words


def succeeded(cast: Cast, success: int, updated: int | None, **values: Any) -> Pilot:
    pilot = settled(cast.mona, stage="poc", poc_success_on=ago(success), **values)
    Pilot.objects.update(last_update_on=None if updated is None else ago(updated))
    Flag.objects.all().delete()  # What registering saw, before the update.
    sweep()
    return pilot


@pytest.mark.parametrize(
    ("success", "updated", "expected"),
    [(60, 60, False), (61, 61, True), (200, 61, True), (200, 60, False), (61, None, True),
     (60, 200, False)],
)  # fmt: skip
def test_quiet_for_two_months_after_success_or_the_last_update(
    cast: Cast, success: int, updated: int | None, expected: bool
) -> None:
    assert ("GONE_QUIET" in codes(succeeded(cast, success, updated))) is expected


def test_an_update_ends_the_silence(cast: Cast) -> None:
    pilot = succeeded(cast, 100, 70)
    assert flag(pilot, "GONE_QUIET").since == ago(70) + timedelta(days=61)
    assert words(pilot, "GONE_QUIET") == "Quiet for 70 days after the PoC succeeded"
    updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health="on_track")
    assert "GONE_QUIET" not in codes(pilot)


@pytest.mark.parametrize(("success", "expected"), [(120, False), (121, True)])
def test_four_months_without_a_decision(cast: Cast, success: int, expected: bool) -> None:
    pilot = succeeded(cast, success, 0)
    assert ("IDLE_AFTER_SUCCESS" in codes(pilot)) is expected


def test_updates_do_not_clear_it_and_a_decision_does(cast: Cast) -> None:
    pilot = succeeded(cast, 130, 0)
    updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health="on_track")
    assert words(pilot, "IDLE_AFTER_SUCCESS") == "Undecided for 130 days after the PoC succeeded"
    stages.change(pilot=pilot, by=cast.mona, channel=Channel.WEB, stage="pilot")
    assert "IDLE_AFTER_SUCCESS" not in codes(pilot)


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [("poc", 730, False), ("poc", 731, True), ("rollout", 800, True), ("production", 800, False)],
)
def test_two_years_after_the_demo(cast: Cast, stage: str, days: int, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage, demo_on=ago(days))
    assert ("ZOMBIE" in codes(pilot)) is expected
    if expected:
        assert words(pilot, "ZOMBIE") == "2 years since the demo, and not shipped"
