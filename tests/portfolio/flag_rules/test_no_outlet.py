import pytest

from portfolio.actions import pilots
from portfolio.models import Channel
from tests.factories import Cast
from tests.portfolio.flags.made import codes, settled


@pytest.mark.parametrize(
    ("stage", "expected"), [("idea", False), ("poc", True), ("pilot", True), ("rollout", False)]
)
def test_a_pilot_without_an_outlet(cast: Cast, stage: str, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage)
    assert ("NO_OUTLET" in codes(pilot)) is expected
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, planned_outlet="ERP, run by IT")
    assert "NO_OUTLET" not in codes(pilot)
