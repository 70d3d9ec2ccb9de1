"""The rollout and its waves, through HTTP."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.actions import users
from common import clock
from portfolio.actions import rollouts
from portfolio.models import Channel, Event, Pilot, Rollout, Wave
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, text

WEB = Channel.WEB
VALUES = {
    "scope": "All claims teams", "budget": "250 000.50", "owner": "bob@example.com",
    "increments": "Motor\r\n\r\nProperty\r\n",
}  # fmt: skip


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    return factories.pilot(cast.mona, owner=cast.alice, stage="pilot")


def add(cast: Cast, pilot: Pilot, **values: Any) -> Any:
    sent = {**VALUES, "token": str(uuid4()), **values}
    return as_(cast.alice).post(f"/pilots/{pilot.ref}/rollout/", sent)


def opened(cast: Cast, pilot: Pilot, **values: Any) -> Rollout:
    given = {"scope": "All teams", "budget": Decimal(9000), "owner": cast.bob, **values}
    return rollouts.open_(pilot=pilot, by=cast.alice, channel=WEB, **given)


def test_the_stage_decides_when_it_is_asked_for(cast: Cast, pilot: Pilot) -> None:
    html = text(as_(cast.alice).get(f"/pilots/{pilot.ref}/"))
    assert "No rollout is open." in html
    poc = factories.pilot(cast.mona, "In PoC", owner=cast.alice, stage="poc")
    html = text(as_(cast.alice).get(f"/pilots/{poc.ref}/"))
    assert "No rollout is open." not in html
    assert f"/pilots/{poc.ref}/rollout/" in html  # The door below.


def test_it_has_scope_budget_and_owner(cast: Cast, pilot: Pilot) -> None:
    assert add(cast, pilot, poc_scope="One desk", target_until="2099-06-30").status_code == 302
    row = Rollout.objects.get()
    assert (row.budget, row.owner) == (Decimal("250000.50"), cast.bob)
    assert row.increments == ["Motor", "Property"]
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    for words in (
        "All claims teams", "250,000.50", "Bob", "One desk", "unknown to 30 Jun 2099",
        "No wave is planned.", "<li>Property</li>", "opened the rollout",
    ):  # fmt: skip
        assert words in html, words
    assert "swallows the whole process" not in html
    assert Event.objects.get(verb="rollout.added").after["increments"] == "Motor, Property"


@pytest.mark.parametrize("increments", ["", "Everything at once"])
def test_a_single_increment_is_warned_of(cast: Cast, pilot: Pilot, increments: str) -> None:
    add(cast, pilot, increments=increments)
    assert "swallows the whole process" in text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("scope", "", "required"),
        ("scope", "\u202e", "own scope"),
        ("scope", "x" * 10_000, "at most 5000"),
        ("budget", "", "required"),
        ("budget", "0", "above zero"),
        ("budget", "-5", "above zero"),
        ("budget", "NaN", "Enter a number"),
        ("budget", "1e400", "digits"),
        ("budget", "1.999", "decimal places"),
        ("owner", "", "required"),
        ("owner", "sam@example.com", "Nobody here"),
        ("target_until", "1999-01-01", "before it begins"),
        ("increments", "x" * 301, "at most 300"),
        ("increments", "\n".join(f"{n}" for n in range(40)), "at most 30"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    cast: Cast, pilot: Pilot, field: str, value: str, says: str
) -> None:
    users.create(email="sam@example.com", name="Sam", roles=[], is_internal=False)
    answer = add(cast, pilot, **{"target_from": "2026-01-01", field: value})
    assert answer.status_code == 422
    assert says in text(answer)
    assert not Rollout.objects.exists()


def test_one_at_a_time_and_one_form_one_row(cast: Cast, pilot: Pilot) -> None:
    token = str(uuid4())
    assert add(cast, pilot, token=token).status_code == 302
    assert add(cast, pilot, token=token).status_code == 302
    assert "has an open rollout already" in text(add(cast, pilot))
    row = Rollout.objects.get()
    url = f"/pilots/{pilot.ref}/rollout/{row.pk}/close/"
    assert f'action="{url}?undo"' in text(as_(cast.alice).post(url, headers=HTMX))
    assert add(cast, pilot, scope="Second").status_code == 302
    refused = as_(cast.alice).post(url + "?undo")
    assert refused.status_code == 422
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "All claims teams: Bob, closed on" in html


def test_two_editors(cast: Cast, pilot: Pilot) -> None:
    row = opened(cast, pilot)
    rollouts.change(rollout=row, by=cast.mona, channel=WEB, revision=1, scope="Mona's scope")
    url = f"/pilots/{pilot.ref}/rollout/{row.pk}/"
    answer = as_(cast.alice).post(url, VALUES | {"revision": "1"})
    assert answer.status_code == 409
    html = text(answer)
    assert "Mona&#x27;s scope" in html
    assert "All claims teams" in html
    assert "9,000" in html
    assert as_(cast.alice).post(url, VALUES | {"revision": "2"}).status_code == 302
    row.refresh_from_db()
    assert row.scope == "All claims teams"


def test_an_owner_who_left_is_said(cast: Cast, pilot: Pilot) -> None:
    row = opened(cast, pilot)
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(is_active=False)
    assert "cannot answer for it any more" in text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    rollouts.change(rollout=row, by=cast.alice, channel=WEB, poc_scope="One desk")
    row.refresh_from_db()
    assert row.poc_scope == "One desk"


def wave(cast: Cast, pilot: Pilot, row: Rollout, **values: Any) -> Any:
    sent = {"team": "Motor", "kind": "canary", "token": str(uuid4()), **values}
    return as_(cast.alice).post(f"/pilots/{pilot.ref}/rollout/{row.pk}/waves/", sent)


def test_waves_with_users_feedback_and_verdict(cast: Cast, pilot: Pilot) -> None:
    row, today = opened(cast, pilot), clock.today()
    began = today - timedelta(days=9)
    assert wave(cast, pilot, row, starts_on=f"{began}", users="40").status_code == 302
    assert "0 of 1 wave is over, Motor is at work, 40 users so far." in text(
        as_(cast.vera).get(f"/pilots/{pilot.ref}/")
    )
    one = Wave.objects.get()
    sent = {
        "team": "Motor", "kind": "canary", "starts_on": f"{began}", "users": "44",
        "ends_on": f"{today - timedelta(days=1)}", "verdict": "fix", "revision": "1",
        "feedback": "Slow before noon <b>",
    }  # fmt: skip
    url = f"/pilots/{pilot.ref}/waves/{one.pk}/"
    html = text(as_(cast.alice).post(url, sent, headers=HTMX))
    for words in ("44 users so far", "Fix first", "Slow before noon &lt;b&gt;", "Canary · over"):
        assert words in html, words
    assert as_(cast.alice).post(url, sent).status_code == 409
    event = Event.objects.get(verb="wave.changed")
    assert event.after["verdict"] == "Fix first"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"team": ""}, "required"),
        ({"kind": "flood"}, "valid choice"),
        ({"users": "1e400"}, "whole number"),
        ({"users": "-1"}, "greater than or equal"),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "before it begins"),
        ({"verdict": "continue"}, "not begun"),
        ({"verdict": "continue", "starts_on": "2099-01-01"}, "not begun"),
    ],
)
def test_bad_waves(cast: Cast, pilot: Pilot, values: dict[str, str], says: str) -> None:
    row = opened(cast, pilot)
    answer = wave(cast, pilot, row, **values)
    assert answer.status_code == 422
    assert says in text(answer)
    assert not Wave.objects.exists()


def test_a_closed_rollout_takes_no_wave(cast: Cast, pilot: Pilot) -> None:
    row = opened(cast, pilot)
    rollouts.close(rollout=row, by=cast.alice, channel=WEB)
    assert "is closed" in text(wave(cast, pilot, row))
