import pytest

from portfolio.actions import stages, updates
from portfolio.models import Channel
from tests.factories import Cast
from tests.portfolio.flag_rules.succeeded import succeeded
from tests.portfolio.flags.made import codes, words


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
