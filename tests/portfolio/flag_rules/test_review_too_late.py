from datetime import date, timedelta

import pytest
import time_machine

from portfolio.actions import reviews
from portfolio.models import Channel, Pilot
from tests.factories import Cast, pilot
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words

WEB = Channel.WEB


def launching(cast: Cast, days: int, **values: object) -> Pilot:
    """A pilot that is to be launched so many days after DAY."""
    one = settled(cast.mona, **values)
    Pilot.objects.filter(pk=one.pk).update(target_launch_on=DAY + timedelta(days=days))
    return one


def ask(cast: Cast, one: Pilot, *teams: str, on: date = DAY, **values: object) -> None:
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False):
        for team in teams:
            reviews.request(
                pilot=one, by=cast.mona, channel=WEB, team=team, requested_on=on, **values
            )


def decided(cast: Cast, team: str, *lengths: int, restricted: bool = False) -> None:
    """Requests of another pilot that took so many days."""
    other = pilot(cast.mona, f"Other {restricted}", restricted=restricted)
    for length in lengths:
        ask(
            cast, other, team, on=ago(length), outcome="approved", decided_on=DAY,
        )  # fmt: skip


@pytest.mark.parametrize(("days", "late"), [(35, False), (34, True), (-3, True)])
def test_five_weeks_before_the_launch_until_more_is_known(
    cast: Cast, days: int, late: bool
) -> None:
    one = launching(cast, days)
    sweep()
    assert ("REVIEW_TOO_LATE" in codes(one)) is late
    if days == 34:
        assert flag(one, "REVIEW_TOO_LATE").since == DAY
        said = words(one, "REVIEW_TOO_LATE")
        assert said == "Security and legal not asked yet; the last day for it was 19 Nov 2026"


def test_both_have_to_be_asked(cast: Cast) -> None:
    one = launching(cast, 10)
    ask(cast, one, "security")
    assert words(one, "REVIEW_TOO_LATE").startswith("Legal not asked yet")
    ask(cast, one, "legal", outcome="withdrawn", note="Internal use, no customer data.")
    assert "REVIEW_TOO_LATE" not in codes(one)


def test_no_date_no_flag_and_none_once_shipped(cast: Cast) -> None:
    undated, live = settled(cast.mona, "Undated"), launching(cast, 5, stage="production")
    sweep()
    assert "REVIEW_TOO_LATE" not in codes(undated) | codes(live)


@pytest.mark.parametrize(
    ("lengths", "usual"),
    [((90, 90), 35), ((10, 50, 90), 50), ((10, 50, 61, 90), 56), ((3, 4, 5, 6, 90), 5)],
)
def test_it_learns_how_long_the_team_takes(
    cast: Cast, lengths: tuple[int, ...], usual: int
) -> None:
    in_time, late = launching(cast, usual, name="In time"), launching(cast, usual - 1, name="Late")
    decided(cast, "legal", *lengths)
    for one in (in_time, late):
        ask(cast, one, "security")
    sweep()
    assert ("REVIEW_TOO_LATE" in codes(in_time), "REVIEW_TOO_LATE" in codes(late)) == (False, True)


def test_restricted_pilots_teach_nothing(cast: Cast) -> None:
    decided(cast, "legal", 90, 90, 90, restricted=True)
    one = launching(cast, 40)
    ask(cast, one, "security")
    sweep()
    assert "REVIEW_TOO_LATE" not in codes(one)


def test_the_earlier_team_speaks(cast: Cast) -> None:
    decided(cast, "legal", 60, 60, 60)
    one = launching(cast, 50)
    sweep()
    assert words(one, "REVIEW_TOO_LATE").startswith("Legal not asked yet")
    assert flag(one, "REVIEW_TOO_LATE").since == ago(9)
