"""The ten questions over HTTP: as a panel, as a page, one answer at a time."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from common import clock
from portfolio.models import Pilot
from portfolio.queries.history import headline
from readiness.models import Answer
from tests.factories import Cast, pilot
from tests.factories.answers import GOOD, LINK, answer

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return pilot(cast.mona, owner=cast.alice, stage="pilot")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, one: Pilot, code: str = "latency", **data: object) -> Any:
    slug = data.pop("slug", "production")
    url = reverse("pilot-checklist-answer", args=[one.ref, slug, code])
    headers = HTMX if data.pop("htmx", False) else {}
    values = {"state": "attested", "evidence_url": LINK, "note": "", "valid_until": "", "seen": 0}
    values |= GOOD["latency"] if code == "latency" else {}
    return client.post(url, values | data, **headers)  # type: ignore[arg-type]


def test_the_page_works_without_javascript(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    url = reverse("pilot-checklist", args=[one.ref, "production"])
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    assert "0/10" in text
    assert text.count('<form class="form"') == 0
    text = client.get(url, {"open": "latency"}).content.decode()
    assert text.count('<form class="form"') == 1  # One item is open at a time.
    answer_page = post(client, one, note="640 ms")
    assert (answer_page.status_code, answer_page.headers["Location"]) == (
        302, f"{url}#item-latency",
    )  # fmt: skip
    text = client.get(url, {"open": "latency"}).content.decode()
    assert "1/10" in text
    assert "640 ms" in text
    assert Answer.objects.get().author == cast.alice


def test_htmx_gets_the_item_back_and_the_new_score(cast: Cast, one: Pilot) -> None:
    page = post(signed_in(cast.alice), one, htmx=True)
    text = page.content.decode()
    assert text.strip().startswith('<li id="item-latency"')
    assert '<section id="score" class="score" aria-label="Score" hx-swap-oob="true">' in text
    assert "1 of 10 answered" in text
    assert 'id="share-integration-controlled" hx-swap-oob="true"' in text
    assert "1/10" in text
    assert "<html" not in text


def test_an_invalid_answer_is_shown_beside_its_field(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    for htmx in (True, False):
        page = post(client, one, evidence_url="javascript:alert(1)", htmx=htmx)
        assert page.status_code == 422
        text = page.content.decode()
        assert "A link begins with https://" in text
        assert 'name="evidence_url" value="javascript:alert(1)"' in text
        assert ("<html" in text) is not htmx
    page = post(client, one, state="waived", note="x")
    assert page.status_code == 422
    assert not Answer.objects.exists()


def test_numbers_have_boxes_and_a_verdict(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    url = reverse("pilot-checklist", args=[one.ref, "production"])
    text = client.get(url, {"open": "latency"}).content.decode()
    assert 'name="p95"' in text
    assert 'name="untouched"' in client.get(url, {"open": "raw_data"}).content.decode()
    page = post(client, one, p95="NaN")
    assert page.status_code == 422
    assert "Write a number from 0 to" in page.content.decode()
    assert not Answer.objects.exists()
    post(client, one, p95="900")
    text = client.get(url, {"open": "latency"}).content.decode()
    assert "95th percentile 900 ms, budget 800 ms." in text
    assert "Attested, not good enough" in text
    assert 'value="900"' in text
    assert "0/10" in text


def test_what_somebody_else_answered_meanwhile_is_not_overwritten(cast: Cast, one: Pilot) -> None:
    answer(one, "latency", cast.mona)
    assert post(signed_in(cast.alice), one, note="mine").status_code == 409
    assert Answer.objects.get().author == cast.mona


def test_who_may_not_answer_reads(cast: Cast, one: Pilot) -> None:
    answer(one, "latency", cast.alice, note="640 ms")
    text = (
        signed_in(cast.vera)
        .get(reverse("pilot-checklist", args=[one.ref, "production"]), {"open": "latency"})
        .content.decode()
    )
    assert "640 ms" in text
    assert '<form class="form"' not in text
    assert post(signed_in(cast.vera), one).status_code == 403


def test_an_executive_is_offered_the_waiver_only(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.ed)
    url = reverse("pilot-checklist", args=[one.ref, "production"])
    text = client.get(url, {"open": "latency"}).content.decode()
    assert 'value="waived"' in text
    assert 'value="attested"' not in text
    until = clock.today() + timedelta(days=30)
    page = post(client, one, state="waived", note="Small", valid_until=until.isoformat())
    assert page.status_code == 302


def test_a_restricted_pilot_is_not_there_for_others(cast: Cast) -> None:
    hidden = pilot(cast.mona, owner=cast.alice, restricted=True)
    for person in (cast.vera, cast.ed, cast.ada):
        client = signed_in(person)
        for name in ("pilot-readiness", "pilot-readiness-panel"):
            assert client.get(reverse(name, args=[hidden.ref])).status_code == 404
        assert client.get(reverse("pilot-checklist", args=[hidden.ref, "full"])).status_code == 404
        assert post(client, hidden).status_code == 404
    there = reverse("pilot-checklist", args=[hidden.ref, "full"])
    assert signed_in(cast.otto).get(there).status_code == 200


def test_an_unknown_question_is_not_there(cast: Cast, one: Pilot) -> None:
    assert post(signed_in(cast.alice), one, "colour").status_code == 404
    client = signed_in(cast.alice)
    for slug in ("nothing", "eternal_poc", "self_assessment"):  # Not answered item by item.
        assert client.get(reverse("pilot-checklist", args=[one.ref, slug])).status_code == 404
    assert post(client, one, "silence", slug="eternal_poc").status_code == 404


def test_the_panel_names_what_is_open(cast: Cast, one: Pilot) -> None:
    answer(one, "latency", cast.alice)
    url = reverse("pilot-readiness-panel", args=[one.ref])
    text = signed_in(cast.vera).get(url, **HTMX).content.decode()  # type: ignore[arg-type]
    assert "<html" not in text
    assert "<b>1 of 10</b> count" in text
    assert "What happens when it fails" in text
    assert "Runs out next" in text
    listed = text.split("<ul>")[1].split("</ul>")[0]
    assert "Is it fast enough" not in listed
    assert "Most valuable next" in text
    assert len(text) < 8_000


def test_the_page_costs_the_same_with_ten_answers_as_with_none(
    cast: Cast, one: Pilot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """A hundred items, whatever is answered: eleven statements, two more for what is opened."""
    client = signed_in(cast.alice)
    url = reverse("pilot-checklist", args=[one.ref, "full"])
    with django_assert_num_queries(11):
        page = client.get(url)
    assert page.content.count(b'<li id="item-') > 95
    assert len(page.content) < 100_000
    for code in ("latency", "cost", "training", "alerting", "fallback"):
        answer(one, code, cast.alice)
    with django_assert_num_queries(11):
        client.get(url)
    with django_assert_num_queries(13):
        client.get(url, {"open": "raw_200"})


def shown(client: Client, one: Pilot, slug: str = "full", **wish: str) -> set[str]:
    page = client.get(reverse("pilot-checklist", args=[one.ref, slug]), wish)
    assert page.status_code == 200
    return set(re.findall(r'<li id="item-([a-z0-9_-]+)"', page.content.decode()))


def test_the_address_narrows_what_is_shown(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    every = shown(client, one)
    assert shown(client, one, side="technical") | shown(client, one, side="organisational") == every
    assert not shown(client, one, due="now") & shown(client, one, due="later")
    assert shown(client, one, due="now") | shown(client, one, due="later") == every
    must = shown(client, one, must="1")
    assert 0 < len(must) < len(every)
    assert shown(client, one, dimension="colour", level="", state="x") == every  # Left out.

    answer(one, "latency", cast.alice)
    answer(one, "cost", cast.mona)
    answer(one, "training", cast.alice, until=clock.today())
    answer(one, "fallback", cast.ed, "waived", link="", note="Later", until=clock.today())
    ten = {"slug": "production"}
    assert shown(client, one, state="mine", **ten) == {"latency", "training"}
    assert shown(client, one, state="waived", **ten) == {"fallback"}
    assert shown(client, one, state="counts", **ten) == {"latency", "cost", "training", "fallback"}
    assert len(shown(client, one, state="unanswered", **ten)) == 6
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert shown(client, one, state="expired", **ten) == {"training", "fallback"}
        assert "training" in shown(client, one, state="open", **ten)
    text = client.get(
        reverse("pilot-checklist", args=[one.ref, "production"]), {"state": "expired"}
    ).content.decode()
    assert "No question is like that" in text


def test_items_of_later_stages_wait_until_somebody_answers_them(cast: Cast) -> None:
    early = pilot(cast.mona, owner=cast.alice, stage="poc")
    client = signed_in(cast.alice)
    text = client.get(reverse("pilot-checklist", args=[early.ref, "full"])).content.decode()
    now, later = text.split('id="part-later"')
    assert 'id="item-sources_listed"' in now
    assert 'id="item-raw_200"' in later
    answer(early, "raw_data", cast.alice)  # One answer for both lists.
    text = client.get(reverse("pilot-checklist", args=[early.ref, "full"])).content.decode()
    assert 'id="item-raw_200"' in text.split('id="part-later"')[0]


def test_the_score_says_where_it_comes_from_and_what_closing_changes(
    cast: Cast, one: Pilot
) -> None:
    answer(one, "latency", cast.alice)
    url = reverse("pilot-checklist", args=[one.ref, "production"])
    text = signed_in(cast.vera).get(url, {"open": "training"}).content.decode()
    assert "The score is <b>0 %</b>: the organisational side is further back and rules." in text
    assert '<a href="?dimension=scale&amp;level=controlled">1/' in text
    assert "If this counted: Ownership 1/" in text
    assert "the score goes from 0 to " in text
    assert "Most valuable next:" in text
    assert "which holds the score back" in text


def test_htmx_gets_one_row_or_all_of_them(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    url = reverse("pilot-checklist", args=[one.ref, "full"])
    row = client.get(url, {"open": "raw_200"}, **HTMX, HTTP_HX_TARGET="item-raw_200")  # type: ignore[arg-type]
    assert row.content.decode().strip().startswith('<li id="item-raw_200"')
    assert row.content.count(b"<form") == 1
    rows = client.get(url, {"side": "technical"}, **HTMX, HTTP_HX_TARGET="sheet")  # type: ignore[arg-type]
    text = rows.content.decode()
    assert '<div id="sheet"' in text
    assert "<html" not in text
    assert "<form" not in text
    unknown = client.get(url, {"open": "nothing"}, **HTMX, HTTP_HX_TARGET="item-nothing")  # type: ignore[arg-type]
    assert '<div id="sheet"' in unknown.content.decode()


def test_the_pilots_history_says_it_in_words() -> None:
    assert headline("readiness.answered") == "answered a readiness question"
    assert headline("something.unheard_of") == "something unheard of"
