import pytest
import time_machine

from portfolio.actions import pilots
from portfolio.models import Channel, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, settled, sweep, words


def hosted(cast: Cast, place: str, days: int) -> Pilot:
    pilot = settled(cast.mona)
    with time_machine.travel(f"{ago(days)}T12:00:00Z", tick=False):
        pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, hosting=place)
    sweep()
    return pilot


@pytest.mark.parametrize(
    ("place", "days", "expected"),
    [("laptop", 180, False), ("laptop", 181, True), ("test_server", 200, True),
     ("production", 500, False)],
)  # fmt: skip
def test_half_a_year_off_production(cast: Cast, place: str, days: int, expected: bool) -> None:
    assert ("HOSTING_AGED" in codes(hosted(cast, place, days))) is expected


def test_moving_begins_it_anew(cast: Cast) -> None:
    pilot = hosted(cast, "consultant_machine", 200)
    assert words(pilot, "HOSTING_AGED") == "On a consultant's machine for at least 200 days"
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, hosting="cloud_sandbox")
    assert "HOSTING_AGED" not in codes(pilot)
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, hosting="")
    assert "HOSTING_AGED" not in codes(pilot)


def test_without_an_event_it_counts_from_registration(cast: Cast) -> None:
    pilot = settled(cast.mona)
    Pilot.objects.update(hosting="laptop", registered_on=ago(190))
    sweep()
    assert "HOSTING_AGED" in codes(pilot)
