import pytest
import time_machine

from portfolio.actions import pilots, updates
from portfolio.models import Channel, Health, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, settled, sweep, words


def placed(cast: Cast, place: str, days: int, spoke: int | None) -> Pilot:
    pilot = settled(cast.mona)
    with time_machine.travel(f"{ago(days)}T12:00:00Z", tick=False):
        pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, hosting=place)
    last = None if spoke is None else ago(spoke)
    Pilot.objects.filter(pk=pilot.pk).update(last_update_on=last, registered_on=ago(400))
    sweep()
    return pilot


@pytest.mark.parametrize(
    ("place", "days", "spoke", "expected"),
    [
        ("test_server", 90, 300, False),
        ("test_server", 91, 300, True),
        ("test_server", 300, 90, False),
        ("test_server", 300, 91, True),
        ("test_server", 91, None, True),
        ("production", 300, 300, False),
        ("", 300, 300, False),
    ],
)
def test_same_place_and_silence(
    cast: Cast, place: str, days: int, spoke: int | None, expected: bool
) -> None:
    assert ("ENV_UNCHANGED" in codes(placed(cast, place, days, spoke))) is expected


def test_a_word_or_a_move_clears_it(cast: Cast) -> None:
    pilot = placed(cast, "laptop", 100, 95)
    assert words(pilot, "ENV_UNCHANGED") == "Same place and no update for 95 days"
    updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health=Health.ON_TRACK)
    assert "ENV_UNCHANGED" not in codes(pilot)
