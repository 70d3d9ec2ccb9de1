from datetime import timedelta

import pytest

from portfolio.actions import updates
from portfolio.models import Channel
from tests.factories import Cast
from tests.portfolio.flag_rules.succeeded import succeeded
from tests.portfolio.flags.made import ago, codes, flag, words


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
