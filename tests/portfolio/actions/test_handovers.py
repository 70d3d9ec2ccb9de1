import pytest
import time_machine

from accounts.models import Letter
from common.errors import Refused
from portfolio.actions import handovers, people, pilots, removals
from portfolio.models import Channel, Event, Pilot, RoleKind
from tests import factories
from tests.factories.owners import accept

WEB = Channel.WEB
pytestmark = pytest.mark.django_db


def owner(pilot: Pilot) -> str | None:
    held = pilot.people.filter(role=RoleKind.OWNER, until=None).first()
    return held.person.name if held else None


def asked(pilot: Pilot) -> str | None:
    question = pilot.owner_proposals.open().first()
    return question.person.name if question else None


def test_one_owner_for_many_with_one_event_each() -> None:
    cast = factories.make_cast()
    empty, bobs, hers = (
        factories.pilot(cast.mona, "Empty"),
        factories.pilot(cast.mona, "Bob's", owner=cast.bob),
        factories.pilot(cast.mona, "Hers", owner=cast.alice),
    )
    ids = [empty.pk, bobs.pk, hers.pk, 999_999]
    told = handovers.hand_over(pilots=ids, person=cast.alice, by=cast.mona, channel=WEB)
    assert (told.changed, told.unchanged, told.refused) == ((empty.ref, bobs.ref), (hers.ref,), ())
    assert [asked(pilot) for pilot in (empty, bobs, hers)] == ["Alice", "Alice", None]
    assert [owner(pilot) for pilot in (empty, bobs, hers)] == [None, "Bob", "Alice"]
    letter = Letter.objects.get()
    assert (letter.person, letter.subject) == (cast.alice, "Will you own 2 pilots?")
    events = Event.objects.filter(verb="owner.proposed", after__batch=told.batch)
    events = events.order_by("pilot_id")
    assert [(e.pilot_id, e.actor, e.before.get("owner", {}).get("name")) for e in events] == [
        (empty.pk, cast.mona, None),
        (bobs.pk, cast.mona, "Bob"),
    ]


def test_what_may_not_be_edited_is_left_and_named_and_what_may_not_be_seen_is_not() -> None:
    cast = factories.make_cast()
    mine = factories.pilot(cast.mona, "Mine", owner=cast.alice)
    other = factories.pilot(cast.mona, "Other")
    secret = factories.pilot(cast.mona, "Secret", restricted=True)
    ids = [mine.pk, other.pk, secret.pk]
    told = handovers.hand_over(pilots=ids, person=cast.bob, by=cast.alice, channel=WEB)
    assert (told.changed, told.refused) == ((mine.ref,), (other.ref,))
    assert asked(other) is asked(secret) is None
    assert asked(mine) == "Bob"


def test_undo_gives_back_what_has_not_changed_since() -> None:
    cast = factories.make_cast()
    empty, bobs, moved = (
        factories.pilot(cast.mona, "Empty"),
        factories.pilot(cast.mona, "Bob's", owner=cast.bob),
        factories.pilot(cast.mona, "Moved on"),
    )
    ids = [empty.pk, bobs.pk, moved.pk]
    told = handovers.hand_over(pilots=ids, person=cast.alice, by=cast.mona, channel=WEB)
    accept(moved, cast.alice)
    with pytest.raises(Refused):
        handovers.take_back(batch=told.batch, by=cast.bob, channel=WEB)
    assert handovers.take_back(batch=told.batch, by=cast.mona, channel=WEB) == (2, 1)
    assert [owner(pilot) for pilot in (empty, bobs, moved)] == [None, "Bob", "Alice"]
    assert Event.objects.filter(verb="owner.withdrawn").count() == 2
    assert bobs.owner_proposals.count() == 1  # Nothing is rewritten.
    # The one letter told of the third as well: it still goes out.
    assert Letter.objects.filter(person=cast.alice).count() == 0


def test_whom_somebody_else_was_asking_is_asked_no_more() -> None:
    cast = factories.make_cast()
    pilot = factories.pilot(cast.mona)
    for person in (cast.bob, cast.alice):
        handovers.hand_over(pilots=[pilot.pk], person=person, by=cast.mona, channel=WEB)
    assert asked(pilot) == "Alice"
    assert set(pilot.owner_proposals.values_list("person__name", "outcome")) == {
        ("Bob", "withdrawn"), ("Alice", "open"),
    }  # fmt: skip


def test_a_single_role_is_taken_back_too() -> None:
    cast = factories.make_cast()
    pilot = factories.pilot(cast.mona)
    people.assign(
        pilot=pilot, person=cast.vera, by=cast.mona, channel=WEB, role="data_owner", batch="one"
    )
    people.assign(
        pilot=pilot, person=cast.bob, by=cast.mona, channel=WEB, role="data_owner", batch="two"
    )
    assert handovers.take_back(batch="two", by=cast.mona, channel=WEB) == (1, 0)
    assert [held.person for held in pilot.people.open()] == [cast.vera]


def test_undo_ends_after_ten_minutes() -> None:
    cast = factories.make_cast()
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False) as clock:
        pilot = factories.pilot(cast.mona)
        told = handovers.hand_over(pilots=[pilot.pk], person=cast.alice, by=cast.mona, channel=WEB)
        clock.shift(601)
        with pytest.raises(Refused, match="ten minutes"):
            handovers.take_back(batch=told.batch, by=cast.mona, channel=WEB)


def test_too_many_and_the_wrong_person_are_refused() -> None:
    cast = factories.make_cast()
    with pytest.raises(Refused, match="500"):
        handovers.hand_over(pilots=range(501), person=cast.bob, by=cast.mona, channel=WEB)
    cast.bob.is_internal = False
    cast.bob.save()
    with pytest.raises(Refused, match="external"):
        handovers.hand_over(pilots=[1], person=cast.bob, by=cast.mona, channel=WEB)


def test_whoever_may_register_asks_the_owner() -> None:
    cast = factories.make_cast()
    pilot = pilots.register(
        by=cast.alice, channel=WEB, name="Fresh", unit=factories.unit(), owner=cast.bob
    )
    assert (owner(pilot), asked(pilot)) == (None, "Bob")
    assert [e.verb for e in pilot.events.order_by("id")] == ["pilot.registered", "owner.proposed"]
    own = pilots.register(
        by=cast.alice, channel=WEB, name="Own", unit=factories.unit(), owner=cast.alice
    )
    assert (owner(own), asked(own)) == ("Alice", None)


def test_undo_leaves_alone_what_was_removed_meanwhile() -> None:
    cast = factories.make_cast()
    here, gone = factories.pilot(cast.mona, "Here"), factories.pilot(cast.mona, "Gone")
    told = handovers.hand_over(
        pilots=[here.pk, gone.pk], person=cast.alice, by=cast.mona, channel=WEB
    )
    removals.remove(pilot=gone, by=cast.mona, channel=WEB, reason="Twice")
    assert handovers.take_back(batch=told.batch, by=cast.mona, channel=WEB) == (1, 1)
    assert asked(here) is None
