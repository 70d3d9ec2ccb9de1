"""What somebody answers for, as the one who asks may see it."""

import pytest

from portfolio.actions import people
from portfolio.models import Channel, RoleKind
from portfolio.queries.holdings import holdings
from tests.factories.cast import Cast, make_cast
from tests.factories.pilots import pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_roles_by_kind_with_what_follows(cast: Cast) -> None:
    assert holdings(cast.alice, cast.ada, False) == []
    first = pilot(cast.mona, "First", owner=cast.alice)
    [one] = holdings(cast.alice, cast.ada, False)
    assert (one.title, one.url) == ("Owner of 1 pilot", f"/pilots/?owner={cast.alice.pk}")
    assert one.things == ((f"First ({first.ref})", f"/pilots/{first.ref}/"),)
    assert one.consequence.startswith("It is without an owner then")
    pilot(cast.mona, "Second", owner=cast.alice)
    assert holdings(cast.alice, cast.ada, False)[0].consequence.startswith("All 2 are")
    pilot(cast.mona, "Gone", owner=cast.alice, stage="stopped")
    assert holdings(cast.alice, cast.ada, False)[0].consequence.startswith("2 of them are")


def test_reviews_are_listed_unless_only_what_insiders_hold(cast: Cast) -> None:
    one = pilot(cast.mona, "First", owner=cast.bob)
    people.assign(
        pilot=one, person=cast.alice, by=cast.mona, channel=Channel.WEB, role=RoleKind.REVIEWER
    )
    [held] = holdings(cast.alice, cast.ada, False)
    assert (held.title, held.consequence) == ("Reviewer of 1 pilot", "")
    assert holdings(cast.alice, cast.ada, True) == []


def test_restricted_pilots_are_listed_for_those_who_see_them(cast: Cast) -> None:
    pilot(cast.mona, "Secret", owner=cast.alice, restricted=True)
    assert holdings(cast.alice, cast.ada, False) == []
    assert len(holdings(cast.alice, cast.mona, False)) == 1
