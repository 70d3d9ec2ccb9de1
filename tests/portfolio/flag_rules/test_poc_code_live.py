import pytest

from portfolio.actions import pilots
from portfolio.models import Channel
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled


@pytest.mark.parametrize(
    ("stage", "basis", "expected"),
    [
        ("production", "poc_code", True),
        ("rollout", "poc_code", True),
        ("pilot", "poc_code", False),
        ("retired", "poc_code", False),
        ("production", "hardened", False),
        ("production", "", False),
    ],
)
def test_promoted_poc_code(cast: Cast, stage: str, basis: str, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage, build_basis=basis)
    assert ("POC_CODE_LIVE" in codes(pilot)) is expected


def test_rebuilding_clears_it(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="production", build_basis="poc_code", stage_since=ago(20))
    assert flag(pilot, "POC_CODE_LIVE").since == ago(20)
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, build_basis="rebuilt")
    assert "POC_CODE_LIVE" not in codes(pilot)
