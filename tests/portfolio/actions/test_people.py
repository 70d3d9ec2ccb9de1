import pytest

from accounts.models import User
from common import clock
from common.errors import NotAllowed, Refused
from portfolio.actions import people
from portfolio.models import Event, RoleAssignment
from tests.factories import Cast, pilot


def test_a_new_owner_ends_the_former_ones_interval(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    people.assign(pilot=one, person=cast.bob, by=cast.alice, channel="web")
    spans = [(a.person, a.until) for a in one.people.select_related("person").order_by("id")]
    assert spans == [(cast.alice, clock.today()), (cast.bob, None)]
    event = Event.objects.filter(verb="person.assigned").latest("id")
    assert event.before == {"owner": {"id": cast.alice.pk, "name": "Alice"}}
    assert event.after == {"owner": {"id": cast.bob.pk, "name": "Bob"}}
    with pytest.raises(NotAllowed):
        people.assign(pilot=one, person=cast.alice, by=cast.alice, channel="web")


def test_assigning_twice_is_once(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    people.assign(pilot=one, person=cast.alice, by=cast.mona, channel="web")
    assert RoleAssignment.objects.count() == 1
    assert Event.objects.filter(verb="person.assigned").count() == 1


@pytest.mark.parametrize("lacks", ["is_active", "is_internal"])
def test_who_answers_is_internal_and_here(cast: Cast, lacks: str) -> None:
    User.objects.filter(pk=cast.bob.pk).update(**{lacks: False})
    cast.bob.refresh_from_db()
    one = pilot(cast.mona)
    with pytest.raises(Refused) as refusal:
        people.assign(pilot=one, person=cast.bob, by=cast.mona, channel="web")
    assert refusal.value.field == "person"


def test_releasing_keeps_the_interval(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    held = one.people.get()
    people.release(assignment=held, by=cast.mona, channel="web")
    people.release(assignment=held, by=cast.mona, channel="web")
    assert one.people.get().until == clock.today()
    assert Event.objects.filter(verb="person.released").count() == 1
