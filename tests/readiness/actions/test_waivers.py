"""Waivers that are asked for: by whom, granted by whom, and when they end by themselves."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import people, pilots, stages
from portfolio.models import Channel, Event, Pilot
from portfolio.queries.history import changes, headline
from readiness.access import get_item
from readiness.actions import waivers
from readiness.models import Answer, Assessment, State, WaiverRequest
from readiness.queries.waivers import asked
from tests.factories import Cast, person, pilot, unit
from tests.factories.answers import LINK, answer

WEB = Channel.WEB


def soon(days: int = 30) -> date:
    return clock.today() + timedelta(days=days)


def ask(one: Pilot, by: User, code: str = "cost", **values: Any) -> WaiverRequest:
    given = {"reason": "Finance is full until spring.", "until": soon()} | values
    return waivers.ask(pilot=one, item=get_item(code), by=by, channel=WEB, **given)


@pytest.fixture
def one(cast: Cast) -> Pilot:
    made = pilot(cast.mona, "Reader", owner=cast.alice, stage="pilot")
    people.assign(pilot=made, person=cast.bob, by=cast.mona, channel=WEB, role="technical_owner")
    return made


def test_asked_and_granted(cast: Cast, one: Pilot) -> None:
    made = ask(one, cast.alice)
    assert (made.state, made.key) == ("waiting", "production.cost")
    assert not Answer.objects.exists(), "the question stays open until it is granted"
    event = Event.objects.get(verb="waiver.asked")
    assert (event.actor, event.reason) == (cast.alice, "Finance is full until spring.")
    said = waivers.grant(request=made, by=cast.ed, channel=WEB, until=soon(9), answer="Until May.")
    assert (said.state, said.note, said.valid_until) == (
        "waived", "Finance is full until spring.", soon(9),
    )  # fmt: skip
    assert (said.author, said.confirmed_by) == (cast.alice, cast.ed)
    made.refresh_from_db()
    assert (made.state, made.settled_by, made.answer) == ("granted", cast.ed, "Until May.")
    assert Assessment.objects.get(checklist="production").met == 1
    event = Event.objects.get(verb="waiver.granted")
    assert (event.actor, event.reason) == (cast.ed, "Until May.")
    told = {c.label: c.after for c in changes(event.before, event.after, verb=event.verb)}
    assert told["Question"] == get_item("cost").question
    assert told["State"] == "Waived"
    assert headline("waiver.granted") == "granted a waiver"
    assert not Event.objects.filter(verb__in=("readiness.answered", "waiver.ended")).exists()


def test_what_backed_it_before_stays_with_the_waiver(cast: Cast, one: Pilot) -> None:
    answer(one, "latency", cast.alice, "open")
    made = ask(one, cast.alice, "latency")
    said = waivers.grant(request=made, by=cast.mona, channel=WEB)
    assert (said.evidence_url, said.figures["p95"]) == (LINK, "640")
    assert said.valid_until == made.until


def test_declined_with_a_reason_and_asked_again(cast: Cast, one: Pilot) -> None:
    made = ask(one, cast.bob)
    with pytest.raises(Refused, match="Say why not"):
        waivers.decline(request=made, by=cast.mona, channel=WEB, answer=" ")
    waivers.decline(request=made, by=cast.mona, channel=WEB, answer="Ask finance first.")
    event = Event.objects.get(verb="waiver.declined")
    assert (event.actor, event.reason) == (cast.mona, "Ask finance first.")
    assert not Answer.objects.exists()
    assert ask(one, cast.bob, reason="I did.").state == "waiting"


def test_who_may_ask_and_who_may_answer(cast: Cast, one: Pilot) -> None:
    for stranger in (cast.vera, cast.charlie, cast.ed):
        with pytest.raises(NotAllowed):
            ask(one, stranger)
    made = ask(one, cast.mona)
    for other in (cast.alice, cast.bob, cast.vera, cast.ada):
        with pytest.raises(NotAllowed):
            waivers.grant(request=made, by=other, channel=WEB)
        with pytest.raises(NotAllowed):
            waivers.decline(request=made, by=other, channel=WEB, answer="No")
    with pytest.raises(NotAllowed, match="Somebody else answers"):
        waivers.grant(request=made, by=cast.mona, channel=WEB)
    with pytest.raises(NotAllowed, match="takes it back"):
        waivers.withdraw(request=made, by=cast.ed, channel=WEB)
    waivers.withdraw(request=made, by=cast.mona, channel=WEB)
    with pytest.raises(Conflict, match="Mona took it back"):
        waivers.grant(request=made, by=cast.ed, channel=WEB)
    assert Event.objects.filter(verb="waiver.withdrawn").count() == 1


def test_a_manager_who_owns_it_asks_somebody_else(cast: Cast) -> None:
    mine = pilot(cast.mona, owner=cast.mona, stage="pilot")
    made = ask(mine, cast.mona)
    assert asked(cast.mona, clock.today()) == []
    assert [one.ref for one in asked(cast.ed, clock.today())] == [mine.ref]
    waivers.grant(request=made, by=cast.ed, channel=WEB)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "  "}, "reason"), ({"reason": "x" * 5001}, "reason"),
        ({"until": None}, "until"), ({"until": date(2020, 1, 1)}, "until"),
        ({"until": date(9000, 1, 1)}, "until"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(cast: Cast, one: Pilot, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(one, cast.alice, **values)
    assert refused.value.field == field
    assert not WaiverRequest.objects.exists()


def test_not_longer_than_asked_nor_than_a_year(cast: Cast, one: Pilot) -> None:
    made = ask(one, cast.alice)
    with pytest.raises(Refused, match="Not longer than was asked for") as refused:
        waivers.grant(request=made, by=cast.ed, channel=WEB, until=soon(31))
    assert refused.value.field == "until"
    made.refresh_from_db()
    assert made.state == "waiting"


def test_one_waits_per_question_and_a_form_sent_twice_asks_once(cast: Cast, one: Pilot) -> None:
    token = uuid4()
    made = ask(one, cast.alice, token=token)
    assert ask(one, cast.alice, token=token) == made
    with pytest.raises(Conflict, match="Alice asked for a waiver already"):
        ask(one, cast.bob, token=token)
    ask(one, cast.bob, "security")
    assert WaiverRequest.objects.count() == 2


def test_what_counts_needs_none(cast: Cast, one: Pilot) -> None:
    answer(one, "cost", cast.alice)
    with pytest.raises(Conflict, match="counts already"):
        ask(one, cast.alice)


def test_it_ends_when_the_question_is_answered(cast: Cast, one: Pilot) -> None:
    made = ask(one, cast.alice)
    answer(one, "cost", cast.bob, link="")  # Without evidence it stays open.
    made.refresh_from_db()
    assert made.state == "waiting"
    answer(one, "cost", cast.bob)
    made.refresh_from_db()
    assert (made.state, made.settled_by, made.answer) == (
        "ended", cast.bob, "The question was answered.",
    )  # fmt: skip
    assert Event.objects.get(verb="waiver.ended").actor == cast.bob
    with pytest.raises(Conflict, match="The question was answered"):
        waivers.grant(request=made, by=cast.ed, channel=WEB)
    assert Answer.objects.get(until=None).state == State.ATTESTED


def test_it_ends_when_an_approver_waives_by_an_answer(cast: Cast, one: Pilot) -> None:
    made = ask(one, cast.alice)
    answer(one, "cost", cast.mona, "waived", note="A small risk", until=soon())
    made.refresh_from_db()
    assert made.state == "ended"


def test_it_ends_with_the_pilot(cast: Cast, one: Pilot) -> None:
    made = ask(one, cast.alice)
    other = ask(pilot(cast.mona, "Other", owner=cast.alice, stage="pilot"), cast.alice)
    stages.change(
        pilot=one, by=cast.mona, channel=WEB, stage="stopped", reason="Too dear.", decided=True
    )  # fmt: skip
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.state, made.answer, other.state) == ("ended", "The pilot ended.", "waiting")
    assert Event.objects.get(verb="waiver.ended").channel == Channel.SYSTEM
    with pytest.raises(Conflict):
        waivers.grant(request=made, by=cast.ed, channel=WEB)
    with pytest.raises(Refused, match="has ended"):
        ask(Pilot.objects.get(pk=one.pk), cast.alice)


def test_a_day_that_passed_is_asked_for_no_more(cast: Cast, one: Pilot) -> None:
    made = ask(one, cast.alice, until=soon(3))
    with time_machine.travel(clock.now() + timedelta(days=4)):
        assert asked(cast.ed, clock.today()) == []
        with pytest.raises(Refused, match="in the past"):
            waivers.grant(request=made, by=cast.ed, channel=WEB)
        assert ask(one, cast.bob).state == "waiting"
    made.refresh_from_db()
    assert made.state == "ended"


def test_it_waits_for_those_who_may_answer(cast: Cast, one: Pilot) -> None:
    elsewhere = person("Ella", "portfolio_manager", unit=unit("Logistics"))
    ask(one, cast.alice)
    ask(one, cast.bob, "security")
    (for_ed,) = asked(cast.ed, clock.today())
    assert (for_ed.ref, for_ed.title) == (one.ref, "Answer 2 waivers for")
    assert "Alice asks to waive" in for_ed.why
    assert "1 more is asked for" in for_ed.why
    for other in (cast.alice, cast.bob, cast.vera, cast.ada, cast.otto, elsewhere):
        assert asked(other, clock.today()) == [], other


def test_restricted_pilots_ask_only_those_who_see_them(cast: Cast, one: Pilot) -> None:
    pilots.edit(pilot=one, by=cast.mona, channel=WEB, restricted=True)
    ask(one, cast.alice)
    assert asked(cast.ed, clock.today()) == []
    assert len(asked(cast.mona, clock.today())) == 1
