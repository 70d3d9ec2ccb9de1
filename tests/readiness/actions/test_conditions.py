"""Conditions of decisions: who may settle them, what it takes, and that nothing is lost."""

from datetime import timedelta

import pytest

from accounts.actions import leaving
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from common.registry import asks
from portfolio.models import Channel, Event, Pilot
from readiness.actions import conditions
from readiness.models import Condition
from readiness.queries import conditions as queries
from tests.factories import Cast, pilot
from tests.factories.decided import condition
from tests.portfolio.flags.made import codes

WEB = Channel.WEB
LINK = "https://wiki.example.com/contract"


@pytest.fixture
def one(cast: Cast) -> Condition:
    """Vera answers for it; Alice owns the pilot."""
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    return condition(made, cast.vera, cast.mona, cast.ed)


def events(pilot: Pilot) -> list[str]:
    found = Event.objects.filter(pilot=pilot, verb__startswith="condition.").order_by("pk")
    return list(found.values_list("verb", flat=True))


@pytest.mark.parametrize("who", ["vera", "alice", "mona", "ed"])
def test_its_owner_the_people_and_the_deciders_say_it_is_met(
    cast: Cast, one: Condition, who: str
) -> None:
    by = getattr(cast, who)
    conditions.meet(condition=one, by=by, channel=WEB, evidence_url=LINK)
    one.refresh_from_db()
    assert (one.met_on, one.settled_by, one.evidence_url) == (clock.today(), by, LINK)
    assert events(one.pilot) == ["condition.opened", "condition.met"]


@pytest.mark.parametrize("who", ["charlie", "ada", "otto", "bob"])
def test_others_do_not(cast: Cast, one: Condition, who: str) -> None:
    with pytest.raises(NotAllowed):
        conditions.meet(condition=one, by=getattr(cast, who), channel=WEB, note="Done")


@pytest.mark.parametrize(
    ("note", "link", "sentence"),
    [
        ("", "", "Add a link or a note"),
        (" \u202e ", "", "Add a link or a note"),
        ("", "javascript:alert(1)", "begins with https://"),
        ("x" * 5001, "", "5,000 characters"),
    ],
)
def test_it_takes_something_to_look_at(
    cast: Cast, one: Condition, note: str, link: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        conditions.meet(condition=one, by=cast.vera, channel=WEB, note=note, evidence_url=link)
    one.refresh_from_db()
    assert one.met_on is None


def test_a_settled_condition_is_not_settled_again(cast: Cast, one: Condition) -> None:
    conditions.meet(condition=one, by=cast.vera, channel=WEB, note="Signed")
    with pytest.raises(Conflict, match="in the meantime"):
        conditions.drop(condition=one, by=cast.ed, channel=WEB, note="Not needed")
    with pytest.raises(Conflict):
        conditions.meet(condition=one, by=cast.mona, channel=WEB, note="Signed")
    one.refresh_from_db()
    assert (one.note, one.dropped_on) == ("Signed", None)


def test_who_decides_drops_it_with_a_reason(cast: Cast, one: Condition) -> None:
    with pytest.raises(Refused, match="Say why"):
        conditions.drop(condition=one, by=cast.ed, channel=WEB, note=" ")
    for other in (cast.vera, cast.alice, cast.charlie):
        with pytest.raises(NotAllowed):
            conditions.drop(condition=one, by=other, channel=WEB, note="Not needed")
    conditions.drop(condition=one, by=cast.ed, channel=WEB, note="The vendor left")
    one.refresh_from_db()
    assert (one.dropped_on, one.met_on, one.note) == (clock.today(), None, "The vendor left")


def test_nobody_lets_themselves_off(cast: Cast) -> None:
    own = condition(pilot(cast.mona), cast.ed, cast.mona, cast.ed)
    with pytest.raises(NotAllowed, match="Somebody else decides"):
        conditions.drop(condition=own, by=cast.ed, channel=WEB, note="Not needed")
    with pytest.raises(NotAllowed, match="Somebody else decides"):
        conditions.change(
            condition=own, by=cast.ed, channel=WEB, owner=cast.ed, reason="Later",
            due=own.due + timedelta(days=9),
        )  # fmt: skip
    conditions.meet(condition=own, by=cast.ed, channel=WEB, note="Done")


def test_a_day_and_an_owner_change_with_a_reason_and_an_event(cast: Cast, one: Condition) -> None:
    later = one.due + timedelta(days=14)
    conditions.change(
        condition=one, by=cast.mona, channel=WEB, owner=cast.bob, due=later, reason="Vera is ill"
    )
    one.refresh_from_db()
    assert (one.owner, one.due) == (cast.bob, later)
    event = Event.objects.get(verb="condition.changed")
    assert event.reason == "Vera is ill"
    assert event.before["condition_owner"]["name"] == "Vera"
    assert event.after["condition_due"] == later.isoformat()


@pytest.mark.parametrize(
    ("days", "reason", "sentence"),
    [
        (0, "Late", "day to come"), (-1, "Late", "day to come"), (400, "Late", "within a year"),
        (9, " ", "Say why"), (30, "Same", "another day or another owner"),
    ],
)  # fmt: skip
def test_a_change_is_checked(
    cast: Cast, one: Condition, days: int, reason: str, sentence: str
) -> None:
    due = clock.today() + timedelta(days=days)
    with pytest.raises(Refused, match=sentence):
        conditions.change(
            condition=one, by=cast.mona, channel=WEB, owner=cast.vera, due=due, reason=reason
        )


def test_a_stale_form_is_told(cast: Cast, one: Condition) -> None:
    seen = conditions.state_of(one)
    conditions.change(
        condition=one, by=cast.mona, channel=WEB, owner=cast.bob, due=one.due, reason="Ill",
        seen=seen,
    )  # fmt: skip
    with pytest.raises(Conflict, match="while you were writing"):
        conditions.change(
            condition=one, by=cast.ed, channel=WEB, owner=cast.alice, due=one.due, reason="Busy",
            seen=seen,
        )  # fmt: skip


def test_it_opens_again_with_what_is_missing(cast: Cast, one: Condition) -> None:
    with pytest.raises(Conflict, match="open already"):
        conditions.reopen(condition=one, by=cast.ed, channel=WEB, reason="?")
    conditions.meet(condition=one, by=cast.vera, channel=WEB, note="Signed")
    with pytest.raises(NotAllowed):
        conditions.reopen(condition=one, by=cast.alice, channel=WEB, reason="No page two")
    with pytest.raises(Refused, match="what is missing"):
        conditions.reopen(condition=one, by=cast.vera, channel=WEB, reason="")
    conditions.reopen(condition=one, by=cast.vera, channel=WEB, reason="No page two")
    one.refresh_from_db()
    assert (one.met_on, one.settled_by, one.note) == (None, None, "")


def test_it_cannot_be_handed_to_who_cannot_see_the_pilot(cast: Cast) -> None:
    hidden = pilot(cast.mona, restricted=True, owner=cast.alice)
    own = condition(hidden, cast.alice, cast.mona, cast.ed)
    with pytest.raises(Refused, match="cannot see the pilot"):
        conditions.change(
            condition=own, by=cast.mona, channel=WEB, owner=cast.vera, due=own.due, reason="x"
        )


def test_the_owner_is_asked_until_it_is_settled(cast: Cast, one: Condition) -> None:
    asking = asks.get("conditions")
    (ask,) = asking(cast.vera, clock.today())
    assert (ask.ref, ask.due, ask.button) == (one.pilot.ref, one.due, "Say it is met")
    assert asking(cast.alice, clock.today()) == []
    late = asking(cast.vera, one.due + timedelta(days=3))
    assert "it was due 3 days ago" in late[0].why
    conditions.meet(condition=one, by=cast.vera, channel=WEB, note="Signed")
    assert asking(cast.vera, clock.today()) == []


def test_what_a_leaver_promised_is_told_and_asked_of_the_owner_of_the_pilot(
    cast: Cast, one: Condition
) -> None:
    (held,) = queries.holdings(cast.vera, cast.ada, accountable=True)
    assert held.title == "Answers for 1 open condition"
    leaving.deactivate(user=cast.vera, by=cast.ada, channel=WEB)
    one.refresh_from_db()
    assert one.owner == cast.vera
    assert one.met_on is None
    assert "condition.owner_left" in events(one.pilot)
    (ask,) = asks.get("conditions")(cast.alice, clock.today())
    assert ask.title == "Who meets this condition of"
    assert "Vera cannot answer any more" in ask.why


def test_holdings_tell_nothing_of_restricted_pilots(cast: Cast) -> None:
    hidden = pilot(cast.mona, restricted=True, owner=cast.alice)
    condition(hidden, cast.alice, cast.mona, cast.ed)
    assert queries.holdings(cast.alice, cast.ada, accountable=True) == []
    assert queries.holdings(cast.alice, cast.mona, accountable=True)


def test_an_overdue_condition_flags_and_meeting_it_clears_at_once(cast: Cast) -> None:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    late = condition(made, cast.vera, cast.mona, cast.ed, due=clock.today() - timedelta(days=3))
    from portfolio.actions import flags

    flags.sweep_pilots(pilots=[made.pk])
    assert "CONDITION_OVERDUE" in codes(made)
    conditions.meet(condition=late, by=cast.vera, channel=WEB, note="Signed")
    assert "CONDITION_OVERDUE" not in codes(made)
