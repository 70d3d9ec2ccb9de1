"""What is asked of pilots in use: months, checks, who is asked, and the filter of lists."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.actions import metrics, people, pilots, stages
from portfolio.models import Channel, Pilot
from readiness.queries import aftercare as queries
from tests.factories import Cast
from tests.factories.aftercare import attest, check, live, on
from tests.factories.pilots import pilot

TODAY = date(2026, 11, 20)
LAUNCH = date(2026, 6, 1)
OCTOBER = date(2026, 10, 1)
WEB = Channel.WEB


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(-40, 40))
def test_months_go_there_and_back(day: date, count: int) -> None:
    month = queries.first_of(day)
    assert queries.months_before(queries.months_before(month, count), -count) == month
    assert queries.months_before(month, 12) == month.replace(year=month.year - 1)
    assert queries.months_before(queries.first_of(day)) < day


def states(one: Pilot, as_of: date = TODAY) -> str:
    short = {"useful": "u", "not_useful": "n", "unknown": "?", "silent": ".", "asked": "!", "": "-"}
    return "".join(short[month.state] for month in queries.months(one, as_of))


def test_the_strip_tells_silence_from_not_being_asked(cast: Cast) -> None:
    one = live(cast.mona, date(2026, 6, 2), stage="pilot")
    assert states(one) == "--------...!"  # June was not whole.
    with on(TODAY):
        attest(one, date(2026, 8, 1), cast.mona, "unknown")
        attest(one, date(2026, 6, 1), cast.mona, "not_useful")  # Said without being asked.
        attest(one, OCTOBER, cast.mona)
    assert states(one) == "-------n.?.u"
    assert states(one, date(2026, 12, 1)) == "------n.?.u!"


def test_nothing_is_asked_of_months_before_it_was_registered(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, registered=date(2026, 9, 15))
    assert states(one) == "----------.!"


def test_nothing_is_asked_of_ideas_poc_or_ended_pilots(cast: Cast) -> None:
    assert states(live(cast.mona, LAUNCH, stage="poc")) == "-" * 12
    one = live(cast.mona, LAUNCH, name="Ended")
    with on(date(2026, 11, 10)):
        stages.change(pilot=one, by=cast.mona, channel=WEB, stage="retired", decided=True)
    one.refresh_from_db()
    assert states(one)[-1] == "."  # October was asked until it ended.


# --- Who is asked ---------------------------------------------------------------------------------
def asked(person: object, as_of: date = TODAY) -> list[str]:
    return [ask.name for ask in queries.attestations_asked(person, as_of)]  # type: ignore[arg-type]


def test_the_owner_is_asked_until_there_is_a_value_owner(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, owner=cast.alice)
    assert asked(cast.alice) == ["Invoice reader"]
    with on(TODAY):
        people.assign(pilot=one, person=cast.bob, by=cast.mona, channel=WEB, role="value_owner")
    assert (asked(cast.alice), asked(cast.bob)) == ([], ["Invoice reader"])
    with on(TODAY):
        attest(one, OCTOBER, cast.bob)
    assert asked(cast.bob) == []
    assert asked(cast.bob, date(2026, 12, 1)) == ["Invoice reader"]


def test_a_pilot_on_hold_asks_nobody(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, owner=cast.alice)
    with on(TODAY):
        until = TODAY + timedelta(5)
        pilots.hold(pilot=one, by=cast.mona, channel=WEB, until=until, reason="Move")
    assert asked(cast.alice) == []
    assert asked(cast.alice, until + timedelta(1)) == ["Invoice reader"]


def test_the_ask_says_what_and_where(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, owner=cast.alice)
    (ask,) = queries.attestations_asked(cast.alice, TODAY)
    assert (ask.title, ask.ref, ask.due) == ("October: was it useful?", one.ref, date(2026, 11, 1))
    assert ask.url == f"/pilots/{one.ref}/in-use/month?month=2026-10"


def test_checks_wait_for_owner_and_value_owner_from_their_day(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, owner=cast.alice)
    with on(LAUNCH):
        people.assign(pilot=one, person=cast.bob, by=cast.mona, channel=WEB, role="value_owner")
    day = date(2026, 8, 30)
    for person in (cast.alice, cast.bob):
        assert queries.checks_asked(person, day - timedelta(1)) == []
        (ask,) = queries.checks_asked(person, day)
        assert (ask.due, ask.url) == (day, f"/pilots/{one.ref}/in-use/90")
    assert queries.checks_asked(cast.charlie, day) == []
    with on(day):
        check(one, cast.alice)
    assert queries.checks_asked(cast.bob, day) == []


# --- The draft of a check -------------------------------------------------------------------------
def test_metrics_are_offered_at_launch_and_now(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, stage="production")
    with on(TODAY):
        made = {
            name: metrics.add(pilot=one, by=cast.mona, channel=WEB, name=name, unit="min")
            for name in ("Minutes", "Errors", "Cost")
        }
        for name, value, day in (
            ("Minutes", 12, date(2026, 5, 3)), ("Minutes", 9, date(2026, 11, 1)),
            ("Errors", 4, date(2026, 6, 20)), ("Errors", 99, date(2026, 7, 20)),
        ):  # fmt: skip
            metrics.read(
                metric=made[name], by=cast.mona, channel=WEB, value=Decimal(value), on=day,
                source="Report",
            )  # fmt: skip
    assert queries.measured(one, TODAY).split("\n") == [
        "Minutes: at launch 12 min (3 May 2026, Report); now 9 min (1 Nov 2026, Report)",
        "Errors: at launch 4 min (20 Jun 2026, Report); now 99 min (20 Jul 2026, Report)",
        "Cost: at launch no reading; now no reading",
    ]


def test_one_reading_soon_after_launch_says_nothing_about_now(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY):
        made = metrics.add(pilot=one, by=cast.mona, channel=WEB, name="Errors", unit="%")
        metrics.read(metric=made, by=cast.mona, channel=WEB, value=Decimal(4), on=date(2026, 6, 5))
    assert queries.measured(one, TODAY) == "Errors: at launch 4 % (5 Jun 2026); now no reading"


# --- The filter -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("worse", {"Worse"}), ("unchecked", {"Silent", "Useless", "Unknown"}),
        ("not_useful", {"Useless"}), ("unknown", {"Unknown"}), ("silent", {"Silent", "Worse"}),
    ],
)  # fmt: skip
def test_the_list_is_filtered(cast: Cast, value: str, names: set[str]) -> None:
    made = {
        name: live(cast.mona, LAUNCH, name=name)
        for name in ("Worse", "Silent", "Useless", "Unknown")
    }
    pilot(cast.mona, "New idea")
    with on(TODAY):
        check(made["Worse"], cast.mona, result="degraded")
        attest(made["Useless"], date(2026, 9, 1), cast.mona, "useful")
        attest(made["Useless"], OCTOBER, cast.mona, "not_useful")
        attest(made["Unknown"], OCTOBER, cast.mona, "unknown")
    found = queries.narrow(Pilot.objects.all(), value, TODAY)
    assert {one.name for one in found} == names
