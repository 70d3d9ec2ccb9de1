"""Somebody leaves: everything they hold ends in one transaction, and the flags open."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import leaving
from accounts.models import Event, Membership, Role
from common.errors import NotAllowed, Refused
from portfolio.actions import people
from portfolio.models import Channel, Flag, Pilot, RoleAssignment, RoleKind
from portfolio.models import Event as PilotEvent
from tests.factories.cast import Cast, make_cast
from tests.factories.pilots import pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def held(cast: Cast) -> list[Pilot]:
    """Alice owns two pilots, one of them restricted, and reviews a third."""
    owned = [
        pilot(cast.mona, name, owner=cast.alice, restricted=restricted)
        for name, restricted in (("Open one", False), ("Secret one", True))
    ]
    third = pilot(cast.mona, "Third", owner=cast.bob)
    people.assign(
        pilot=third, person=cast.alice, by=cast.mona, channel="web", role=RoleKind.REVIEWER
    )
    return [*owned, third]


def open_roles(cast: Cast) -> list[str]:
    rows = RoleAssignment.objects.open().filter(person=cast.alice)
    return sorted(rows.values_list("role", flat=True))


def ownerless() -> set[str]:
    rows = Flag.objects.filter(rule="NO_OWNER", closed_at=None)
    return set(rows.values_list("pilot__name", flat=True))


def test_leaving_ends_roles_and_sessions_and_opens_the_flags(cast: Cast, held: list[Pilot]) -> None:
    client = Client()
    client.force_login(cast.alice)
    ended = leaving.deactivate(user=cast.alice, by=cast.ada, channel="web", reason="Retired")
    assert ended == 3
    assert open_roles(cast) == []
    assert ownerless() == {"Open one", "Secret one"}
    assert not Membership.objects.current().filter(user=cast.alice).exists()
    assert client.get("/people/").status_code == 302
    told = Event.objects.get(verb="person.deactivated")
    assert (told.person, told.actor, told.reason) == (cast.alice, cast.ada, "Retired")
    released = PilotEvent.objects.filter(verb="person.released", actor=cast.ada)
    assert sorted(next(iter(event.before)) for event in released) == ["owner", "owner", "reviewer"]
    # A second time does nothing.
    assert leaving.deactivate(user=cast.alice, by=cast.ada, channel="web") == 0


def test_outsiders_keep_only_what_outsiders_may_hold(cast: Cast, held: list[Pilot]) -> None:
    assert leaving.set_internal(user=cast.alice, internal=False, by=cast.ada, channel="web") == 2
    assert open_roles(cast) == ["reviewer"]
    assert ownerless() == {"Open one", "Secret one"}
    assert leaving.set_internal(user=cast.alice, internal=True, by=cast.ada, channel="web") == 0


def test_the_number_of_statements_does_not_grow_with_the_pilots(
    cast: Cast,
) -> None:
    counts = []
    for person, many in ((cast.alice, 2), (cast.bob, 12)):
        for number in range(many):
            pilot(cast.mona, f"{person} {number}", owner=person)
        with CaptureQueriesContext(
            connection,
        ) as told:
            leaving.deactivate(user=person, by=cast.ada, channel=Channel.WEB)
        counts.append(len(told))
    assert counts[1] <= counts[0] < 40


def test_coming_back_restores_nothing(cast: Cast, held: list[Pilot]) -> None:
    leaving.deactivate(user=cast.alice, by=cast.ada, channel="web")
    leaving.reactivate(user=cast.alice, by=cast.ada, channel="web")
    cast.alice.refresh_from_db()
    assert cast.alice.is_active
    assert open_roles(cast) == []
    assert not Membership.objects.current().filter(user=cast.alice).exists()
    assert Event.objects.filter(person=cast.alice, verb="person.reactivated").count() == 1


def test_nobody_closes_their_own_account_or_the_last_administrator_s(cast: Cast) -> None:
    with pytest.raises(Refused, match="your own"):
        leaving.deactivate(user=cast.ada, by=cast.ada, channel="web")
    with pytest.raises(Refused, match="only administrator"):
        leaving.deactivate(user=cast.ada, by=None, channel="command")


@pytest.mark.parametrize("who", ["mona", "vera"])
def test_only_administrators_close_accounts(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    with pytest.raises(NotAllowed):
        leaving.deactivate(user=cast.alice, by=by, channel="web")
    with pytest.raises(NotAllowed):
        leaving.reactivate(user=cast.alice, by=by, channel="web")
    with pytest.raises(NotAllowed):
        leaving.set_internal(user=cast.alice, internal=False, by=by, channel="web")
    assert Role.PRODUCT_OWNER in Membership.objects.current().filter(user=cast.alice).values_list(
        "role", flat=True
    )
