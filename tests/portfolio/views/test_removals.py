"""A pilot made by mistake is deleted with a reason, and comes back as it was."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Conflict, NotAllowed
from portfolio.actions import flags, removals, updates
from portfolio.merge_rules import merge_rules
from portfolio.models import Event, Flag, Pilot
from portfolio.queries.merging import hanging_on
from portfolio.queries.removals import dependents
from tests import factories
from tests.factories import Cast


def made(cast: Cast) -> Pilot:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    updates.post(pilot=pilot, by=cast.alice, channel="web", health="on_track", note="Works")
    return pilot


def gone(cast: Cast) -> Pilot:
    return removals.remove(pilot=made(cast), by=cast.mona, channel="web", reason="Twice")


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def test_every_model_with_a_key_to_pilot_says_how_it_merges() -> None:
    """Add a line to portfolio/merge_rules.py, or register one in the ready() of the app."""
    labels = {model._meta.label_lower for model, _ in hanging_on()}
    assert sorted(labels - set(merge_rules)) == []
    assert sorted(set(merge_rules) - labels) == []


def test_the_page_lists_what_hangs_on_it(cast: Cast) -> None:
    pilot = made(cast)
    page = signed_in(cast.mona).get(reverse("pilot-delete", args=[pilot.ref]))
    assert page.status_code == 200
    body = page.content.decode()
    for words in ("1 update", "1 role", "1 step of its voyage", "lines of history"):
        assert words in body
    with CaptureQueriesContext(connection) as queries:
        dependents(pilot)
    assert len(queries) == 1


def test_it_needs_a_reason(cast: Cast) -> None:
    url = reverse("pilot-delete", args=[made(cast).ref])
    client = signed_in(cast.mona)
    assert client.post(url, {"reason": " \x0b"}).status_code == 422
    assert Pilot.objects.exists()


def test_deleted_undone_and_deleted_again(cast: Cast) -> None:
    pilot = made(cast)
    before = dict(Pilot.objects.values().get().items())
    client = signed_in(cast.mona)
    url = reverse("pilot-delete", args=[pilot.ref])
    page = client.post(url, {"reason": "Registered twice"}, follow=True)
    undo = reverse("pilot-take-back", args=[pilot.ref])
    assert undo in page.content.decode()
    assert not Pilot.objects.exists()
    assert not Flag.objects.open().exists()
    assert client.post(url, {"reason": "Again"}).status_code == 404
    assert pilot.ref in client.get(reverse("pilots-removed")).content.decode()
    assert client.post(undo).status_code == 302
    after = dict(Pilot.objects.values().get().items())
    assert {name for name, value in after.items() if before[name] != value} == {"version"}
    assert pilot.people.filter(until=None).get().person == cast.alice
    verbs = Event.objects.filter(pilot=pilot.pk).order_by("id").values_list("verb", "reason")
    assert list(verbs)[-2:] == [("pilot.removed", "Registered twice"), ("pilot.taken_back", "")]
    assert client.post(undo).status_code == 404


def test_its_snoozes_come_back(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    until = clock.today() + timedelta(days=9)
    flag = Flag.objects.get(pilot=pilot, rule="NO_OWNER")
    flags.snooze(flag=flag, by=cast.mona, channel="web", until=until, reason="Hiring")
    removals.remove(pilot=pilot, by=cast.mona, channel="web", reason="Mistake")
    removals.take_back(pilot=pilot, by=cast.mona, channel="web")
    again = Flag.objects.open().get(pilot=pilot, rule="NO_OWNER")
    assert (again.snoozed_until, again.snooze_reason) == (until, "Hiring")


def test_only_a_manager_of_its_unit(cast: Cast) -> None:
    pilot = made(cast)
    with pytest.raises(NotAllowed):
        removals.remove(pilot=pilot, by=cast.alice, channel="web", reason="Mine")
    removals.remove(pilot=pilot, by=cast.mona, channel="web", reason="Twice")
    with pytest.raises(NotAllowed):
        removals.take_back(pilot=pilot, by=cast.alice, channel="web")
    removals.take_back(pilot=pilot, by=cast.mona, channel="web")
    with pytest.raises(Conflict):
        removals.take_back(pilot=pilot, by=cast.mona, channel="web")


def test_its_address_says_so_to_those_who_could_see_it(cast: Cast) -> None:
    pilot = gone(cast)
    url, back = reverse("pilot", args=[pilot.ref]), reverse("pilots-removed")
    told = signed_in(cast.mona).get(url)
    assert told.status_code == 404
    assert f"{pilot.ref} was removed" in told.content.decode()
    assert back in told.content.decode()
    other = signed_in(cast.vera).get(url)
    assert other.status_code == 404
    assert back not in other.content.decode()
    assert signed_in(cast.vera).get(back).status_code == 403


def test_a_restricted_one_is_not_even_removed_for_strangers(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, restricted=True)
    removals.remove(pilot=pilot, by=cast.mona, channel="web", reason="Twice")
    told = signed_in(cast.vera).get(reverse("pilot", args=[pilot.ref]))
    assert told.status_code == 404
    assert pilot.ref not in told.content.decode()


def test_a_manager_takes_back_in_their_part_only(cast: Cast) -> None:
    pilot = gone(cast)
    lena = factories.person("Lena", "portfolio_manager", unit=factories.unit("Claims"))
    page = signed_in(lena).get(reverse("pilots-removed")).content.decode()
    assert pilot.ref not in page
    assert signed_in(lena).post(reverse("pilot-take-back", args=[pilot.ref])).status_code == 403
