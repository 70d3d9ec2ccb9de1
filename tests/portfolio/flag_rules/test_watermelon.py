import pytest

from portfolio.actions import flags, updates
from portfolio.models import Channel, Flag, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


def told(cast: Cast, health: str, **values: object) -> Pilot:
    pilot = settled(cast.mona, **values)
    Pilot.objects.filter(pk=pilot.pk).update(health=health)
    return pilot


@pytest.mark.parametrize(
    ("health", "expected"),
    [("on_track", True), ("at_risk", False), ("off_track", False), ("", False)],
)
def test_green_outside_red_inside(cast: Cast, health: str, expected: bool) -> None:
    pilot = told(cast, health, stage="poc", stage_since=ago(100))
    sweep()
    assert "STALE_POC" in codes(pilot)
    assert ("WATERMELON" in codes(pilot)) is expected


def test_in_one_sweep_and_from_the_day_on_which_both_were_true(cast: Cast) -> None:
    pilot = told(cast, "on_track", stage="poc", stage_since=ago(100))
    Pilot.objects.update(last_update_on=ago(3))
    sweep()
    assert flag(pilot, "WATERMELON").since == ago(3)
    assert words(pilot, "WATERMELON") == "Declared on track, but what is recorded says off track"


def test_declared_off_track_with_nothing_found(cast: Cast) -> None:
    pilot = told(cast, "off_track")
    sweep()
    assert codes(pilot) == {"WATERMELON"}
    assert words(pilot, "WATERMELON") == "Declared off track, but what is recorded says on track"


def test_it_does_not_feed_on_itself(cast: Cast) -> None:
    told(cast, "on_track")
    for _ in range(3):
        assert sweep().counts["WATERMELON"]["open"] == 0


def test_an_honest_update_clears_it_at_once(cast: Cast) -> None:
    pilot = told(cast, "on_track", stage="poc", stage_since=ago(100))
    sweep()
    updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health="at_risk")
    assert "WATERMELON" not in codes(pilot)
    updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health="on_track")
    assert "WATERMELON" in codes(pilot)


def test_snoozed_flags_are_silent(cast: Cast) -> None:
    pilot = told(cast, "on_track", stage="poc", stage_since=ago(100))
    sweep()
    for grave in Flag.objects.open().filter(pilot=pilot, severity="H"):
        flags.snooze(flag=grave, by=cast.mona, channel=Channel.WEB, until=DAY, reason="Agreed.")
    sweep()
    assert "WATERMELON" not in codes(pilot)
