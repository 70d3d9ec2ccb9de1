"""Two people at one waiver at once: one wins, the other is told."""

import pytest

from common import clock
from portfolio.models import Channel, Event, Pilot
from readiness.access import get_item
from readiness.actions import waivers
from readiness.models import Answer, WaiverRequest
from tests import factories
from tests.portfolio.actions.test_proposals_at_once import both

pytestmark = pytest.mark.django_db(transaction=True)
WEB = Channel.WEB


def ask(one: Pilot, by: factories.Cast, name: str) -> WaiverRequest:
    return waivers.ask(
        pilot=Pilot.objects.get(pk=one.pk), item=get_item("cost"), by=getattr(by, name),
        channel=WEB, reason=f"{name} says so", until=clock.today(),
    )  # fmt: skip


def test_one_grants_while_another_declines(transactional_db: None) -> None:
    cast = factories.make_cast()
    one = factories.pilot(cast.mona, owner=cast.alice, stage="pilot")
    made = ask(one, cast, "alice")
    told = both(
        lambda: waivers.grant(
            request=WaiverRequest.objects.get(pk=made.pk), by=cast.mona, channel=WEB
        ),
        lambda: waivers.decline(
            request=WaiverRequest.objects.get(pk=made.pk), by=cast.ed, channel=WEB, answer="No"
        ),
    )  # fmt: skip
    assert sorted(told) == ["", "Conflict"]
    made.refresh_from_db()
    assert (made.state == "granted") == Answer.objects.filter(state="waived").exists()
    settled = Event.objects.filter(verb__in=("waiver.granted", "waiver.declined"))
    assert settled.count() == 1


def test_two_ask_for_the_same(transactional_db: None) -> None:
    cast = factories.make_cast()
    one = factories.pilot(cast.mona, owner=cast.alice, stage="pilot")
    told = both(lambda: ask(one, cast, "alice"), lambda: ask(one, cast, "mona"))
    assert sorted(told) == ["", "Conflict"]
    assert WaiverRequest.objects.count() == 1
