import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from accounts.models import Role, Unit, User
from common.errors import NotAllowed
from portfolio.access import get_pilot
from portfolio.models import Pilot
from tests.factories import Cast, person, pilot, unit


@pytest.fixture
def secret(cast: Cast) -> Pilot:
    return pilot(
        cast.mona, "Merger", owner=cast.alice, unit=unit("Sales", "North"), restricted=True
    )


def test_an_open_pilot_is_seen_by_everyone_signed_in(cast: Cast) -> None:
    one = pilot(cast.mona)
    for user in (cast.alice, cast.vera, cast.charlie, cast.ed, cast.ada, cast.otto):
        assert get_pilot(user, one.ref) == one


def test_a_restricted_pilot_is_seen_by_its_people_its_managers_and_auditors(
    cast: Cast, secret: Pilot
) -> None:
    north = person("Nora", Role.PORTFOLIO_MANAGER, unit=unit("Sales", "North"))
    sales = person("Sam", Role.PORTFOLIO_MANAGER, unit=unit("Sales"))
    finance = person("Fay", Role.PORTFOLIO_MANAGER, unit=unit("Finance"))
    seers = [cast.alice, cast.mona, cast.otto, north, sales]
    blind = [cast.bob, cast.vera, cast.charlie, cast.ed, cast.ada, finance]
    for user in seers:
        assert get_pilot(user, secret.ref) == secret
        assert Pilot.objects.visible_to(user).count() == 1
    for user in blind:
        with pytest.raises(Http404):
            get_pilot(user, secret.ref)
        assert not Pilot.objects.visible_to(user).exists()


def test_a_unit_whose_number_begins_alike_is_not_below(cast: Cast) -> None:
    parent, near = unit("One"), unit("Eleven")
    Unit.objects.filter(pk=near.pk).update(lineage=f"{parent.lineage.rstrip('/')}1/")
    pilot(cast.mona, "Hidden", unit=near, restricted=True)
    max_ = person("Max", Role.PORTFOLIO_MANAGER, unit=parent)
    assert not Pilot.objects.visible_to(max_).exists()


def test_who_left_or_never_came_sees_nothing(cast: Cast) -> None:
    pilot(cast.mona)
    User.objects.filter(pk=cast.mona.pk).update(is_active=False)
    gone = User.objects.get(pk=cast.mona.pk)
    assert not Pilot.objects.visible_to(gone).exists()
    assert not Pilot.objects.visible_to(AnonymousUser()).exists()


def test_rights_follow_the_open_role(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    assert get_pilot(cast.alice, one.ref, need="edit") == one
    assert get_pilot(cast.mona, one.ref, need="manage") == one
    for user in (cast.bob, cast.vera, cast.ada, cast.ed, cast.otto):
        with pytest.raises(NotAllowed):
            get_pilot(user, one.ref, need="edit")
    with pytest.raises(NotAllowed):
        get_pilot(cast.alice, one.ref, need="manage")
    editable = [set(Pilot.objects.editable_by(user)) for user in (cast.alice, cast.mona, cast.bob)]
    assert editable == [{one}, {one}, set()]


@pytest.mark.parametrize("ref", ["PIL-", "PIL-x", "PIL-²", "42x", "PIL-" + "9" * 30, "", "-1"])
def test_a_reference_that_is_none(cast: Cast, ref: str) -> None:
    with pytest.raises(Http404):
        get_pilot(cast.mona, ref)


def test_a_reference_is_read_in_any_case(cast: Cast) -> None:
    one = pilot(cast.mona)
    assert get_pilot(cast.vera, one.ref.lower()) == one
