"""A hold ends by itself; who decides that a pilot is restricted, and how that is told."""

from datetime import date, timedelta

import pytest
import time_machine

from common import clock
from common.errors import Refused
from portfolio.actions import flags, people, pilots
from portfolio.models import Channel, Event, Pilot, RoleKind
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import as_, text

WEB = Channel.WEB
UNTIL = date(2026, 12, 1)


def noon(day: date) -> time_machine.travel:
    return time_machine.travel(f"{day}T12:00:00Z", tick=False)


@pytest.fixture
def held(cast: Cast) -> Pilot:
    """On hold through UNTIL, quiet for so long that it stalls as soon as the hold is over."""
    with noon(UNTIL - timedelta(days=60)):
        pilot = factories.pilot(cast.mona, owner=cast.alice, stage="poc")
        pilots.hold(
            pilot=pilot, by=cast.alice, channel=WEB, until=UNTIL, reason="The budget round."
        )
    return pilot


def test_a_hold_is_over_by_itself_on_the_day_after(cast: Cast, held: Pilot) -> None:
    with noon(UNTIL):
        flags.sweep()  # Its NO_UPDATE is open; on hold it does not count as stalled.
        client = as_(cast.alice)
        page = text(client.get(f"/pilots/{held.ref}/"))
        assert "On hold" in page
        assert "Take off hold" in page
        assert held.name in text(client.get("/pilots/?state=hold"))
        assert not Pilot.objects.stalled(clock.today()).exists()
    events = Event.objects.count()
    with noon(UNTIL + timedelta(days=1)):
        client = as_(cast.alice)
        page = text(client.get(f"/pilots/{held.ref}/"))
        assert "Its hold ended on 1 Dec 2026: The budget round." in page
        assert "Put on hold" in page
        assert "Take off hold" not in page
        assert held.name not in text(client.get("/pilots/?state=hold"))
        assert held.name in text(client.get("/pilots/?state=stalled"))
        assert Pilot.objects.stalled(clock.today()).get() == held
    # Nothing ran and nobody did anything.
    assert Event.objects.count() == events


def test_only_its_owner_and_managers_decide_who_sees_it(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice, restricted=True)
    people.assign(pilot=pilot, person=cast.bob, by=cast.mona, channel=WEB, role=RoleKind.REVIEWER)
    with pytest.raises(Refused, match="Only its owner"):
        pilots.edit(pilot=pilot, by=cast.bob, channel=WEB, restricted=False)
    pilots.edit(pilot=pilot, by=cast.bob, channel=WEB, summary="Bob may still edit.")
    assert Pilot.objects.get().restricted
    pilots.edit(pilot=pilot, by=cast.alice, channel=WEB, restricted=False)
    pilots.edit(pilot=pilot, by=cast.mona, channel=WEB, restricted=True)
    told = Event.objects.filter(after__has_key="restricted", verb="pilot.edited").order_by("pk")
    assert [(e.actor, e.before["restricted"], e.after["restricted"]) for e in told] == [
        (cast.alice, True, False), (cast.mona, False, True),
    ]  # fmt: skip
    page = text(as_(cast.mona).get(f"/pilots/{pilot.ref}/"))
    assert "Restricted: <del>no</del> → <ins>yes</ins>" in page
