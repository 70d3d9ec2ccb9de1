import pytest

from portfolio.actions import pilots
from portfolio.models import Channel
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled


@pytest.mark.parametrize(
    ("stage", "integration", "expected"),
    [
        ("poc", "none", False),
        ("pilot", "none", True),
        ("rollout", "none", True),
        ("production", "none", True),
        ("stopped", "none", False),
        ("pilot", "", False),
        ("pilot", "file_drop", False),
    ],
)
def test_connected_to_nothing(cast: Cast, stage: str, integration: str, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage, integration=integration)
    assert ("NOT_INTEGRATED" in codes(pilot)) is expected


def test_connecting_clears_it(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="pilot", integration="none", stage_since=ago(3))
    assert flag(pilot, "NOT_INTEGRATED").since == ago(3)
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, integration="api")
    assert "NOT_INTEGRATED" not in codes(pilot)
