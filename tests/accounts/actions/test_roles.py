"""Company roles as dated intervals, and who may give them."""

from datetime import date

import pytest
import time_machine

from accounts.access import roles_of
from accounts.actions import roles
from accounts.models import Channel, Event, Membership, Role
from common.errors import NotAllowed, Refused
from tests.factories.cast import Cast, make_cast, person
from tests.factories.pilots import unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_role_begins_today_and_ends_today_with_an_event_each(cast: Cast) -> None:
    with time_machine.travel("2026-03-02 10:00Z"):
        held = roles.grant(
            user=cast.vera, role=Role.EXECUTIVE, unit=unit("Sales"), by=cast.ada, channel="web"
        )
    assert Role.EXECUTIVE in roles_of(cast.vera).codes
    with time_machine.travel("2026-05-04 10:00Z"):
        roles.end(membership=held, by=cast.ada, channel=Channel.WEB)
    held.refresh_from_db()
    assert (held.since, held.until) == (date(2026, 3, 2), date(2026, 5, 4))
    given, ended = Event.objects.filter(person=cast.vera, actor=cast.ada).order_by("pk")
    assert (given.verb, given.after["role"], given.after["unit"]["name"]) == (
        "role.granted", "executive", "Sales",
    )  # fmt: skip
    assert (ended.verb, ended.before["role"]) == ("role.ended", "executive")


def test_giving_a_role_twice_is_once(cast: Cast) -> None:
    first = roles.grant(user=cast.vera, role=Role.AUDITOR, by=cast.ada, channel="web")
    assert roles.grant(user=cast.vera, role=Role.AUDITOR, by=cast.ada, channel="web") == first
    assert Event.objects.filter(person=cast.vera, actor=cast.ada).count() == 1


@pytest.mark.parametrize("who", ["mona", "otto", "ed", "alice", "vera"])
def test_only_administrators_give_and_end_roles(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    with pytest.raises(NotAllowed):
        roles.grant(user=by, role=Role.ADMINISTRATOR, by=by, channel="web")
    held = Membership.objects.get(user=cast.ada)
    with pytest.raises(NotAllowed):
        roles.end(membership=held, by=by, channel="web")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_a_role_without_limits_is_not_limited_to_a_unit(cast: Cast, role: str) -> None:
    with pytest.raises(Refused, match="whole company"):
        roles.grant(user=cast.vera, role=role, unit=unit("Sales"), by=cast.ada, channel="web")


def test_the_last_administrator_stays_one(cast: Cast) -> None:
    mine = Membership.objects.get(user=cast.ada)
    with pytest.raises(Refused, match="only administrator"):
        roles.end(membership=mine, by=cast.ada, channel="web")
    other = person("Second", Role.ADMINISTRATOR)
    roles.end(membership=mine, by=cast.ada, channel="web")
    last = Membership.objects.get(user=other)
    with pytest.raises(Refused, match="only administrator"):
        roles.end(membership=last, by=None, channel="command")


def test_an_administrator_who_left_does_not_count(cast: Cast) -> None:
    other = person("Second", Role.ADMINISTRATOR)
    type(other).objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(Refused, match="only administrator"):
        roles.end(membership=Membership.objects.get(user=cast.ada), by=cast.ada, channel="web")


def test_who_left_gets_no_role(cast: Cast) -> None:
    cast.vera.is_active = False
    with pytest.raises(Refused, match="has left"):
        roles.grant(user=cast.vera, role=Role.EXECUTIVE, by=cast.ada, channel="web")
