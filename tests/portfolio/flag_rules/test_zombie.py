import pytest

from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, settled, words


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [("poc", 730, False), ("poc", 731, True), ("rollout", 800, True), ("production", 800, False)],
)
def test_two_years_after_the_demo(cast: Cast, stage: str, days: int, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage, demo_on=ago(days))
    assert ("ZOMBIE" in codes(pilot)) is expected
    if expected:
        assert words(pilot, "ZOMBIE") == "2 years since the demo, and not shipped"
