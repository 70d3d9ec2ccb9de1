import pytest

from portfolio.actions import pilots
from portfolio.models import Channel
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, settled, words


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [
        ("poc", 180, False),
        ("poc", 181, True),
        ("production", 181, True),
        ("idea", 400, False),
        ("retired", 400, False),
    ],
)
def test_half_a_year_after_it_ends(cast: Cast, stage: str, days: int, expected: bool) -> None:
    pilot = settled(cast.mona, stage=stage, training_data_until=ago(days))
    assert ("TRAINING_DATA_OLD" in codes(pilot)) is expected


def test_newer_data_clears_it(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="pilot", training_data_until=ago(200))
    assert words(pilot, "TRAINING_DATA_OLD") == "Its training data ended 200 days ago"
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, training_data_until=ago(5))
    assert "TRAINING_DATA_OLD" not in codes(pilot)
    unknown = settled(cast.mona, "Other", stage="pilot")
    assert "TRAINING_DATA_OLD" not in codes(unknown)
