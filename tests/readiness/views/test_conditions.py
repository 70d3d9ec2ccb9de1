"""Conditions over HTTP: who settles them, and that nothing typed is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from portfolio.actions import merging
from portfolio.models import Channel, Pilot
from readiness.actions import conditions
from readiness.models import Condition
from tests.factories import Cast, pilot
from tests.factories.decided import condition
from tests.portfolio.views.screen import as_, text


@pytest.fixture
def one(cast: Cast) -> Condition:
    """Vera answers for it; Alice owns the pilot."""
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    return condition(made, cast.vera, cast.mona, cast.ed)


def url(one: Condition, verb: str) -> str:
    return reverse(f"condition-{verb}", args=[one.pilot.ref, one.pk])


def test_its_owner_says_it_is_met_and_comes_back_to_the_decision(
    cast: Cast, one: Condition
) -> None:
    client = as_(cast.vera)
    page = client.get(url(one, "meet"))
    assert "Sign the contract" in text(page)
    done = client.post(url(one, "meet"), {"note": "Signed on Friday", "evidence_url": ""})
    assert done.status_code == 302
    assert done.headers["Location"] == f"/decisions/{one.decision_id}/#condition-{one.pk}"
    told = text(client.get(done.headers["Location"]))
    assert "Met" in told
    assert "Signed on Friday" in told


@pytest.mark.parametrize(
    ("link", "sentence"),
    [("javascript:alert(1)", "A link begins with"), ("", "Add a link or a note")],
)
def test_what_does_not_show_it_is_refused_beside_the_box(
    cast: Cast, one: Condition, link: str, sentence: str
) -> None:
    page = as_(cast.vera).post(url(one, "meet"), {"note": "", "evidence_url": link})
    assert page.status_code == 422
    assert sentence in text(page)


@pytest.mark.parametrize(
    ("who", "verb", "status"),
    [
        ("charlie", "meet", 403), ("vera", "drop", 403), ("alice", "change", 403),
        ("bob", "reopen", 403), ("ed", "drop", 200), ("mona", "change", 200),
        ("alice", "meet", 200),
    ],
)  # fmt: skip
def test_rights(cast: Cast, one: Condition, who: str, verb: str, status: int) -> None:
    assert as_(getattr(cast, who)).get(url(one, verb)).status_code == status


def test_who_settles_second_is_told_and_keeps_the_words(cast: Cast, one: Condition) -> None:
    client = as_(cast.ed)
    client.get(url(one, "drop"))
    conditions.meet(condition=one, by=cast.vera, channel=Channel.WEB, note="Signed")
    page = client.post(url(one, "drop"), {"note": "The vendor left us"})
    assert page.status_code == 409
    assert "settled that condition in the meantime" in text(page)
    assert "The vendor left us" in text(page)


def test_a_stale_change_keeps_the_words_and_goes_through_the_second_time(
    cast: Cast, one: Condition
) -> None:
    client, later = as_(cast.ed), (one.due + timedelta(days=9)).isoformat()
    stale = {
        "owner": "vera@example.com", "due": later, "reason": "The fair is later",
        "seen": conditions.state_of(one),
    }  # fmt: skip
    conditions.change(
        condition=one, by=cast.mona, channel=Channel.WEB, owner=cast.bob, due=one.due, reason="Ill"
    )
    page = client.post(url(one, "change"), stale)
    assert page.status_code == 409
    assert "The fair is later" in text(page)
    one.refresh_from_db()
    assert one.owner == cast.bob
    assert f'value="{conditions.state_of(one)}"' in text(page)
    again = client.post(url(one, "change"), stale | {"seen": conditions.state_of(one)})
    assert again.status_code == 302


def test_a_condition_of_another_pilot_is_not_there(cast: Cast, one: Condition) -> None:
    other = pilot(cast.mona, "Route planner")
    wrong = reverse("condition-meet", args=[other.ref, one.pk])
    assert as_(cast.mona).get(wrong).status_code == 404
    assert as_(cast.mona).get(wrong.replace(f"/{one.pk}/", f"/{10**30}/")).status_code == 404


def test_past_days_are_refused(cast: Cast, one: Condition) -> None:
    values = {"owner": "vera@example.com", "due": clock.today().isoformat(), "reason": "x"}
    page = as_(cast.ed).post(url(one, "change"), values)
    assert page.status_code == 422
    assert "Choose a day to come" in text(page)


def test_it_stands_on_my_pilots_of_its_owner(cast: Cast, one: Condition) -> None:
    page = text(as_(cast.vera).get(reverse("my-pilots")))
    assert "Meet the condition of" in page
    assert f"/decisions/{one.decision_id}/#condition-{one.pk}" in page


def test_a_condition_of_a_merged_pilot_leads_to_its_decision(cast: Cast, one: Condition) -> None:
    into = pilot(cast.mona, "Invoice reading", owner=cast.alice, stage="pilot")
    merging.merge(survivor=into, merged=one.pilot, by=cast.mona, channel=Channel.WEB, reason="One.")
    one.refresh_from_db()
    assert one.pilot == into
    done = as_(cast.vera).post(url(one, "meet"), {"note": "Signed on Friday"}, follow=True)
    assert done.status_code == 200
    assert "Signed on Friday" in text(done)
    Pilot.everything.filter(pk=one.decision.pilot_id).update(restricted=True)
    assert as_(cast.vera).get(f"/decisions/{one.decision_id}/").status_code == 404
    assert as_(cast.mona).get(f"/decisions/{one.decision_id}/").status_code == 200
    Pilot.everything.filter(pk=one.decision.pilot_id).update(restricted=False)
    Pilot.objects.filter(pk=into.pk).update(restricted=True)
    assert as_(cast.charlie).get(f"/decisions/{one.decision_id}/").status_code == 404
