"""Asking somebody to own a pilot: accepted, declined, taken back, and two people at once."""

import pytest
import time_machine

from accounts.actions import leaving, letters
from accounts.models import Letter, LetterState
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import proposals, stages
from portfolio.models import Channel, Event, Flag, Pilot
from tests import factories
from tests.factories import Cast
from tests.factories.owners import accept, ask

WEB = Channel.WEB
SAID = {"cares": True, "collects": True, "decides": True}


def owner(pilot: Pilot) -> tuple[str, bool] | None:
    held = pilot.people.open().owners().select_related("person").first()
    return (held.person.name, held.accepted_on is not None) if held else None


def ownerless(pilot: Pilot) -> bool:
    return Flag.objects.open().filter(pilot=pilot, rule="NO_OWNER").exists()


def test_asked_then_accepted_with_three_statements(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    question = ask(pilot, cast.alice, cast.mona, note="You built it.")
    assert ownerless(pilot)
    assert owner(pilot) is None
    held = accept(pilot, cast.alice)
    assert held.accepted_on == held.since
    assert owner(pilot) == ("Alice", True)
    assert not ownerless(pilot)
    question.refresh_from_db()
    assert (question.outcome, question.cares, question.collects, question.decides) == (
        "accepted", True, True, True,
    )  # fmt: skip
    assert [e.verb for e in pilot.events.order_by("id")][-2:] == [
        "owner.proposed",
        "owner.accepted",
    ]
    told = Letter.objects.order_by("pk")
    assert [(one.person, one.subject) for one in told] == [
        (cast.alice, f"Will you own {pilot.ref} Invoice reader?"),
        (cast.mona, f"Alice owns {pilot.ref} now"),
    ]
    assert "You built it." in told[0].body
    assert f"/pilots/{pilot.ref}/owner/" in told[0].body


@pytest.mark.parametrize("no", ["cares", "collects", "decides"])
def test_an_owner_says_yes_to_all_three(cast: Cast, no: str) -> None:
    pilot = factories.pilot(cast.mona)
    ask(pilot, cast.alice, cast.mona)
    with pytest.raises(Refused, match="decline and say why") as refusal:
        proposals.accept(pilot=pilot, by=cast.alice, channel=WEB, **{**SAID, no: False})
    assert refusal.value.field == no
    assert owner(pilot) is None


def test_the_former_owner_answers_until_the_new_one_accepts(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    accept_as_editor(pilot, cast)
    ask(pilot, cast.alice, cast.bob, note="I change the team.")
    assert owner(pilot) == ("Bob", True)
    accept(pilot, cast.alice)
    assert owner(pilot) == ("Alice", True)
    former = pilot.people.exclude(until=None).get()
    assert (former.person, former.role) == (cast.bob, "owner")
    assert pilot.owner_proposals.get(person=cast.alice).former == cast.bob
    told = Letter.objects.filter(person=cast.bob).latest("pk")
    assert "You do not answer for it any more" in told.body


def accept_as_editor(pilot: Pilot, cast: Cast) -> None:
    ask(pilot, cast.bob, cast.mona)
    accept(pilot, cast.bob)


def test_no_needs_a_reason_and_tells_who_asked(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    question = ask(pilot, cast.alice, cast.mona)
    with pytest.raises(Refused, match="Say why"):
        proposals.decline(pilot=pilot, by=cast.alice, channel=WEB, reason="  \u202e ")
    proposals.decline(pilot=pilot, by=cast.alice, channel=WEB, reason="I leave in May.")
    question.refresh_from_db()
    assert (question.outcome, question.reason) == ("declined", "I leave in May.")
    assert owner(pilot) is None
    assert ownerless(pilot)
    assert "I leave in May." in Letter.objects.get(person=cast.mona).body
    with pytest.raises(Conflict, match="not asked"):
        accept(pilot, cast.alice)


def test_who_is_only_named_accepts_or_lets_go(cast: Cast) -> None:
    named, other = (factories.pilot(cast.mona, name, owner=cast.alice) for name in ("A", "B"))
    assert owner(named) == ("Alice", False)
    assert not ownerless(named)
    accept(named, cast.alice)
    assert owner(named) == ("Alice", True)
    assert named.people.count() == 1
    proposals.decline(pilot=other, by=cast.alice, channel=WEB, reason="Never heard of it.")
    assert owner(other) is None
    assert ownerless(other)


def test_taken_back_before_the_mail_left(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    question = ask(pilot, cast.alice, cast.mona)
    assert letters.work(seconds=1) == 0, "it waits ten seconds"
    assert proposals.withdraw(proposal=question, by=cast.mona, channel=WEB) is True
    assert not Letter.objects.exists()
    assert not Pilot.objects.filter(restricted=True).visible_to(cast.alice).exists()
    with pytest.raises(Conflict, match="not asked any more"):
        accept(pilot, cast.alice)
    assert proposals.withdraw(proposal=question, by=cast.mona, channel=WEB) is False


def test_a_sent_mail_stays_sent(cast: Cast) -> None:
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False) as clock:
        question = ask(factories.pilot(cast.mona), cast.alice, cast.mona)
        clock.shift(11)
        assert letters.work(seconds=1) == 1
        proposals.withdraw(proposal=question, by=cast.mona, channel=WEB)
    assert Letter.objects.get().state == LetterState.SENT


def test_two_at_once_one_wins_and_the_other_is_told(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    ask(pilot, cast.alice, cast.mona)
    assert ask(pilot, cast.alice, cast.mona).pk == pilot.owner_proposals.get().pk, "asked once"
    with pytest.raises(Refused, match="Alice has been asked to own"):
        ask(pilot, cast.bob, cast.mona)
    proposals.withdraw(proposal=pilot.owner_proposals.get(), by=cast.mona, channel=WEB)
    ask(pilot, cast.bob, cast.mona)
    with pytest.raises(Conflict, match="Somebody else is asked to own"):
        accept(pilot, cast.alice)


def test_who_may_ask_and_who_may_answer(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    with pytest.raises(NotAllowed):
        ask(pilot, cast.bob, cast.vera)
    with pytest.raises(NotAllowed, match="You are not asked"):
        accept(pilot, cast.bob)
    question = ask(pilot, cast.bob, cast.alice)
    with pytest.raises(NotAllowed):
        proposals.withdraw(proposal=question, by=cast.vera, channel=WEB)
    with pytest.raises(NotAllowed):
        accept(pilot, cast.charlie)
    with pytest.raises(NotAllowed, match="Somebody else"):
        accept(pilot, cast.mona)


def test_whoever_may_edit_takes_it_up_unasked(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    accept(pilot, cast.mona)
    assert owner(pilot) == ("Mona", True)
    assert not Letter.objects.exists()


def test_outsiders_leavers_and_ended_pilots_are_refused(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, stage_since=None)
    cast.bob.is_internal = False
    with pytest.raises(Refused, match="external"):
        ask(pilot, cast.bob, cast.mona)
    cast.charlie.is_active = False
    with pytest.raises(Refused, match="has left"):
        ask(pilot, cast.charlie, cast.mona)
    stages.change(pilot=pilot, by=cast.mona, channel=WEB, stage="stopped", decided=True)
    with pytest.raises(Refused, match="has ended"):
        ask(pilot, cast.alice, cast.mona)


def test_who_leaves_is_not_asked_any_more(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    ask(pilot, cast.alice, cast.mona)
    leaving.deactivate(user=cast.alice, by=cast.ada, channel=WEB)
    assert not pilot.owner_proposals.open().exists()
    event = Event.objects.get(verb="owner.withdrawn")
    assert (event.actor, event.reason) == (cast.ada, "Left")


def test_who_is_asked_sees_a_restricted_pilot_but_does_not_edit_it(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, restricted=True)
    assert not Pilot.objects.visible_to(cast.alice).exists()
    ask(pilot, cast.alice, cast.mona)
    assert Pilot.objects.visible_to(cast.alice).exists()
    assert Pilot.objects.restricted_for(cast.alice).exists()
    assert not Pilot.objects.editable_by(cast.alice).exists()
    accept(pilot, cast.alice)
    assert Pilot.objects.editable_by(cast.alice).exists()
