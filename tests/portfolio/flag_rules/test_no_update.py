from datetime import timedelta

import pytest

from portfolio.actions import updates
from portfolio.models import Channel, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [
        ("idea", 14, False), ("idea", 15, True), ("rollout", 15, True),
        ("production", 30, False), ("production", 31, True),
    ],
)  # fmt: skip
def test_two_weeks_and_a_month_in_production(
    cast: Cast, stage: str, days: int, expected: bool
) -> None:
    pilot = settled(cast.mona, stage=stage)
    Pilot.objects.filter(pk=pilot.pk).update(last_update_on=ago(days))
    sweep()
    assert ("NO_UPDATE" in codes(pilot)) is expected


def test_never_updated_counts_from_registration(cast: Cast) -> None:
    pilot = settled(cast.mona)
    Pilot.objects.filter(pk=pilot.pk).update(registered_on=ago(20), last_update_on=None)
    sweep()
    assert flag(pilot, "NO_UPDATE").since == ago(20) + timedelta(days=15)
    assert words(pilot, "NO_UPDATE") == "Never updated in 20 days"


def test_an_update_clears_it_at_once(cast: Cast) -> None:
    pilot = settled(cast.mona)
    Pilot.objects.filter(pk=pilot.pk).update(last_update_on=ago(23))
    sweep()
    assert words(pilot, "NO_UPDATE") == "No update for 23 days"
    updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health="on_track")
    assert "NO_UPDATE" not in codes(pilot)
