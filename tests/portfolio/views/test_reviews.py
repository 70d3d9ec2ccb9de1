"""Requests for reviews, and what waits where, through HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from common import clock
from portfolio.actions import reviews
from portfolio.models import Channel, Event, Pilot, Review
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text

WEB = Channel.WEB


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    return factories.pilot(cast.mona, owner=cast.alice, stage="poc")


def add(cast: Cast, pilot: Pilot, **values: Any) -> Any:
    sent = {
        "team": "legal", "requested_on": f"{clock.today()}", "token": str(uuid4()), **values,
    }  # fmt: skip
    return as_(cast.alice).post(f"/pilots/{pilot.ref}/reviews/", sent)


def asked(pilot: Pilot, by: Any, days: int, team: str = "legal", **values: Any) -> Review:
    on = clock.today() - timedelta(days=days)
    return reviews.request(pilot=pilot, by=by, channel=WEB, team=team, requested_on=on, **values)


def page(cast: Cast, pilot: Pilot) -> str:
    return text(as_(cast.alice).get(f"/pilots/{pilot.ref}/"))


def test_the_slots_say_by_when_to_ask(cast: Cast, pilot: Pilot) -> None:
    html = page(cast, pilot)
    assert "Nobody has been asked yet." in html
    assert "Without a target launch" in html
    assert "usually 35 days (assumed)" in html
    launch = clock.today() + timedelta(days=30)
    Pilot.objects.filter(pk=pilot.pk).update(target_launch_on=launch)
    assert "Should have been asked by" in page(cast, pilot)
    assert f"/pilots/{pilot.ref}/reviews/?team=security" in page(cast, pilot)


def test_a_request_and_its_answer(cast: Cast, pilot: Pilot) -> None:
    asked_on = clock.today() - timedelta(days=40)
    answer = add(cast, pilot, requested_on=f"{asked_on}", reviewer="bob@example.com")
    assert answer.status_code == 302
    html = page(cast, pilot)
    for words in ("waiting for 40 days", "Bob", "asked for a review", "1 has been asked and not"):
        assert words in html, words
    row = Review.objects.get()
    url = f"/pilots/{pilot.ref}/reviews/{row.pk}/"
    sent = {"team": "legal", "requested_on": f"{asked_on}", "revision": "1"}
    conditional = sent | {"outcome": "conditions"}
    assert "Say why" in text(as_(cast.alice).post(url, conditional))
    html = text(
        as_(cast.alice).post(url, conditional | {"note": "Delete after 30 d"}, headers=HTMX)
    )
    for words in ("Approved with conditions", "after 40 days", "Delete after 30 d",
                  "recorded the answer of a review", "1 of 5 teams have answered."):  # fmt: skip
        assert words in html, words
    row.refresh_from_db()
    assert row.decided_on == clock.today()
    assert as_(cast.alice).post(url, sent).status_code == 409
    assert Event.objects.get(verb="review.decided").after["outcome"] == "Approved with conditions"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"team": "marketing"}, "valid choice"),
        ({"team": ""}, "required"),
        ({"requested_on": ""}, "required"),
        ({"requested_on": "2099-01-01"}, "day to come"),
        ({"outcome": "approved", "decided_on": "2099-01-01"}, "day to come"),
        ({"outcome": "approved", "decided_on": "2001-01-01"}, "before they were asked"),
        ({"decided_on": "2026-01-01"}, "Say how they decided"),
        ({"outcome": "refused"}, "Say why"),
        ({"outcome": "refused", "note": "x" * 10_000}, "at most 5000"),
        ({"reviewer": "nobody"}, "Nobody here"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    cast: Cast, pilot: Pilot, values: dict[str, str], says: str
) -> None:
    answer = add(cast, pilot, **values)
    assert answer.status_code == 422
    assert says in text(answer)
    assert not Review.objects.exists()


def test_a_team_is_asked_once_at_a_time(cast: Cast, pilot: Pilot) -> None:
    token = str(uuid4())
    assert add(cast, pilot, token=token).status_code == 302
    assert add(cast, pilot, token=token).status_code == 302
    assert "has been asked already" in text(add(cast, pilot))
    row = Review.objects.get()
    reviews.change(review=row, by=cast.alice, channel=WEB, outcome="refused", note="No contract")
    assert add(cast, pilot).status_code == 302
    assert "refused after 0 days. No contract" in page(cast, pilot)


def test_what_waits_at_which_team(cast: Cast, pilot: Pilot) -> None:
    other = factories.pilot(cast.mona, "Route planner", stage="pilot")
    ended = factories.pilot(cast.mona, "Old one", stage="stopped")
    asked(pilot, cast.mona, 12)
    asked(other, cast.mona, 50)
    asked(other, cast.mona, 3, "security")
    asked(ended, cast.mona, 80)
    for days in (30, 40, 50):
        done = asked(pilot, cast.mona, days, "finance")
        day = done.requested_on + timedelta(days=9)
        reviews.change(review=done, by=cast.mona, channel=WEB, outcome="approved", decided_on=day)
    client = as_(cast.vera)
    html = text(client.get("/reviews/"))
    assert "<b>3</b> requests wait" in html
    assert html.index("Route planner") < html.index(pilot.name)
    assert "9 days" in html  # What finance usually takes.
    assert "Old one" not in html
    only = text(client.get("/reviews/?team=security"))
    assert "Waiting at Security" in only
    assert pilot.name not in only
    assert client.get("/reviews/?team=<b>").status_code == 200


def test_the_share_that_was_asked_before_the_poc_ended(cast: Cast, pilot: Pilot) -> None:
    entered = clock.today() - timedelta(days=20)
    left = factories.pilot(cast.mona, "Left", stage="pilot", stage_since=entered)
    asked(left, cast.mona, 20)
    asked(left, cast.mona, 19, "security")
    asked(pilot, cast.mona, 1)
    html = text(as_(cast.vera).get("/reviews/"))
    assert "Of 3 in the last year, <b>2</b> were made before the pilot left PoC." in html


def test_restricted_pilots_are_not_in_it(cast: Cast, pilot: Pilot) -> None:
    secret = factories.pilot(cast.mona, "Takeover", owner=cast.alice, restricted=True, stage="poc")
    asked(secret, cast.alice, 50)
    for days in (30, 40, 50):
        done = asked(secret, cast.mona, days, "finance")
        reviews.change(review=done, by=cast.mona, channel=WEB, outcome="approved")
    html = text(as_(cast.bob).get("/reviews/"))
    assert "Takeover" not in html
    assert "No request waits" in html
    assert "40 days" not in html
    assert "Takeover" in text(as_(cast.alice).get("/reviews/"))


def test_the_statements_do_not_grow(cast: Cast, pilot: Pilot) -> None:
    asked(pilot, cast.mona, 3)
    client = as_(cast.vera)
    few = statements(client, "/reviews/")
    for n in range(12):
        one = factories.pilot(cast.mona, f"Pilot {n}", stage="poc")
        asked(one, cast.mona, n, reviewer=cast.bob)
    assert statements(client, "/reviews/") == few <= 8
