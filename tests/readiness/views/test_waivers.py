"""Asking for a waiver and answering, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from portfolio.models import Pilot
from readiness.models import Answer, WaiverRequest
from tests.factories import Cast, pilot
from tests.factories.answers import answer
from tests.portfolio.views.screen import as_, text


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return pilot(cast.mona, "Reader", owner=cast.alice, stage="pilot")


def ask_url(one: Pilot, code: str = "cost") -> str:
    return reverse("pilot-waiver-ask", args=[one.ref, "production", code])


def ask(client: Client, one: Pilot, **changes: Any) -> Any:
    until = (clock.today() + timedelta(days=30)).isoformat()
    given = {"reason": "Finance is full.", "until": until, "token": str(uuid4())}
    return client.post(ask_url(one), given | changes)


def asked(cast: Cast, one: Pilot) -> tuple[WaiverRequest, str]:
    assert ask(as_(cast.alice), one).status_code == 302
    made = WaiverRequest.objects.get(state="waiting")
    return made, reverse("pilot-waiver", args=[one.ref, made.pk])


def opened(user: User, one: Pilot, code: str = "cost") -> str:
    page = reverse("pilot-checklist", args=[one.ref, "production"])
    return text(as_(user).get(f"{page}?open={code}"))


def test_from_the_question_to_the_waiver(cast: Cast, one: Pilot) -> None:
    assert ask_url(one) in opened(cast.alice, one)
    assert ask_url(one) not in opened(cast.mona, one), "who waives does not ask"
    assert ask_url(one) not in opened(cast.vera, one)
    _, url = asked(cast, one)
    html = opened(cast.alice, one)
    assert "Alice asks that this be waived until" in html
    assert ask_url(one) not in html
    assert "waiver asked for" in text(
        as_(cast.vera).get(reverse("pilot-checklist", args=[one.ref, "production"]))
    )
    assert url in text(as_(cast.ed).get(reverse("my-pilots")))
    decisions = text(as_(cast.ed).get(reverse("decisions")))
    assert "<b>1 waiver</b> is asked for" in decisions
    assert url in decisions
    assert "Grant it" in text(as_(cast.ed).get(url))
    assert "Grant it" not in text(as_(cast.alice).get(url))
    until = (clock.today() + timedelta(days=9)).isoformat()
    done = as_(cast.ed).post(url, {"do": "grant", "until": until, "answer": ""})
    assert (done.status_code, done.headers["Location"]) == (302, url)
    assert Answer.objects.get().valid_until == clock.today() + timedelta(days=9)
    assert "Waiver granted" in text(as_(cast.vera).get(url))
    assert "approved by Ed" in opened(cast.vera, one)
    assert url not in text(as_(cast.ed).get(reverse("my-pilots")))


def test_what_is_wrong_is_said_and_nothing_is_lost(cast: Cast, one: Pilot) -> None:
    page = ask(as_(cast.alice), one, until="2020-01-01", reason="<b>Mine</b>")
    assert page.status_code == 422
    assert "The last day is in the past." in text(page)
    assert "&lt;b&gt;Mine&lt;/b&gt;" in text(page)
    assert ask(as_(cast.alice), one, reason="").status_code == 422
    assert ask(as_(cast.alice), one, until="31 June").status_code == 422
    assert ask(as_(cast.alice), one, token="x").status_code == 422
    assert not WaiverRequest.objects.exists()


def test_the_same_form_twice_asks_once(cast: Cast, one: Pilot) -> None:
    token = str(uuid4())
    for _ in range(2):
        assert ask(as_(cast.alice), one, token=token).status_code == 302
    assert WaiverRequest.objects.count() == 1
    again = ask(as_(cast.alice), one)
    assert again.status_code == 409
    assert "asked for a waiver already" in text(again)
    assert as_(cast.alice).get(ask_url(one)).status_code == 302, "it waits already"


def test_a_question_that_was_answered_meanwhile(cast: Cast, one: Pilot) -> None:
    answer(one, "cost", cast.alice)
    page = ask(as_(cast.alice), one)
    assert page.status_code == 409
    assert "counts already" in text(page)
    assert "Finance is full." in text(page)


def test_the_second_approver_is_told_who_was_first(cast: Cast, one: Pilot) -> None:
    _, url = asked(cast, one)
    assert as_(cast.mona).post(url, {"do": "decline", "answer": ""}).status_code == 422
    assert as_(cast.mona).post(url, {"do": "decline", "answer": "Ask them."}).status_code == 302
    late = as_(cast.ed).post(url, {"do": "grant", "answer": "Fine with me"})
    assert late.status_code == 409
    assert "Mona declined it." in text(late)
    assert "Fine with me" in text(late)
    assert not Answer.objects.exists()
    html = opened(cast.alice, one)
    assert "Mona declined a waiver on" in html
    assert "Ask them." in html
    assert ask_url(one) in html


def test_who_asked_takes_it_back(cast: Cast, one: Pilot) -> None:
    _, url = asked(cast, one)
    assert "Take it back" in text(as_(cast.alice).get(url))
    assert "Take it back" not in text(as_(cast.ed).get(url))
    assert as_(cast.ed).post(f"{url}withdraw").status_code == 403
    assert as_(cast.alice).post(f"{url}withdraw").status_code == 302
    assert "Waiver taken back" in text(as_(cast.alice).get(url))
    assert as_(cast.alice).post(f"{url}withdraw").status_code == 409


def test_a_hidden_pilot_tells_nothing(cast: Cast) -> None:
    hidden = pilot(cast.mona, "Nightingale", owner=cast.alice, stage="pilot", restricted=True)
    _, url = asked(cast, hidden)
    for user in (cast.ed, cast.vera, cast.charlie):
        assert as_(user).get(url).status_code == 404
        assert as_(user).post(url, {"do": "grant"}).status_code == 404
        assert as_(user).get(ask_url(hidden)).status_code == 404
        assert "Nightingale" not in text(as_(user).get(reverse("decisions")))
        assert "Nightingale" not in text(as_(user).get(reverse("my-pilots")))
    other = pilot(cast.mona, "Open", owner=cast.alice, stage="pilot")
    number = url.rstrip("/").rpartition("/")[2]
    assert as_(cast.mona).get(reverse("pilot-waiver", args=[other.ref, number])).status_code == 404
