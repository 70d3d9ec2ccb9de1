"""Answering over HTTP: what is not asked, stale forms, two people at once, other lists."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from portfolio.actions import people, pilots
from portfolio.models import Channel, Event, Pilot
from portfolio.queries.history import changes
from readiness.access import get_item
from readiness.models import Answer, ChecklistItem
from tests.factories import Cast, pilot
from tests.factories.answers import GOOD, LINK, answer

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def one(cast: Cast) -> Pilot:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    people.assign(pilot=made, person=cast.bob, by=cast.mona, channel="web", role="technical_owner")
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(
    user: User, one: Pilot, code: str = "security", *, checklist: str = "production",
    htmx: bool = True, **data: object,
) -> Any:  # fmt: skip
    url = reverse("pilot-checklist-answer", args=[one.ref, checklist, code])
    values = {"state": "attested", "evidence_url": LINK, "note": "", "valid_until": "", "seen": 0}
    return signed_in(user).post(url, values | data, **(HTMX if htmx else {}))


def shown(user: User, one: Pilot, code: str, checklist: str = "production") -> str:
    url = reverse("pilot-checklist", args=[one.ref, checklist])
    return signed_in(user).get(f"{url}?open={code}").content.decode()


def test_what_is_not_asked_of_the_pilot_is_not_there(cast: Cast, one: Pilot) -> None:
    assert post(cast.alice, one, "nothing").status_code == 404
    assert post(cast.alice, one, checklist="nothing").status_code == 404
    assert post(cast.alice, one, checklist="eternal_poc").status_code == 404, "from the record"
    assert post(cast.alice, one, "security", checklist="governance").status_code == 404
    pilots.edit(pilot=one, by=cast.mona, channel=Channel.WEB, uses_llm=False)
    items = ChecklistItem.objects.filter(template__current=True, when__contains=["llm"])
    item = items.filter(template__answered="people").select_related("template")[0]
    refused = post(cast.alice, one, item.code, checklist=item.template.slug)
    assert refused.status_code == 404
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//x.example", "ftp://x.example"]
)
def test_a_link_that_is_none_is_refused_and_the_words_stay(
    cast: Cast, one: Pilot, link: str
) -> None:
    page = post(cast.alice, one, evidence_url=link, note="My words")
    assert page.status_code == 422
    assert "A link begins with https://" in page.content.decode()
    assert "My words" in page.content.decode()


def test_a_stale_form_shows_both_versions_and_loses_nothing(cast: Cast, one: Pilot) -> None:
    answer(one, "security", cast.bob, note="What Bob said")
    for htmx in (True, False):
        page = post(cast.alice, one, note="What Alice typed", htmx=htmx)
        text = page.content.decode()
        assert page.status_code == 409
        assert page.headers["HX-Reswap"] == "outerHTML"
        assert "Somebody else answered" in text
        assert "What Bob said" in text
        assert "What Alice typed" in text
    now = Answer.objects.get(until=None)
    assert f'name="seen" value="{now.pk}"' in text
    assert post(cast.alice, one, note="What Alice typed", seen=now.pk).status_code == 200
    assert Answer.objects.get(until=None).note == "What Alice typed"


def test_the_same_form_twice_is_one_answer(cast: Cast, one: Pilot) -> None:
    for _ in range(2):
        assert post(cast.alice, one, htmx=False).status_code == 302
    assert Answer.objects.count() == Event.objects.filter(verb="readiness.answered").count() == 1


def test_reloading_opens_the_question_on_its_list(cast: Cast, one: Pilot) -> None:
    url = reverse("pilot-checklist-answer", args=[one.ref, "production", "security"])
    page = signed_in(cast.vera).get(f"{url}?dimension=ownership&nonsense=1")
    there = reverse("pilot-checklist", args=[one.ref, "production"])
    assert page.status_code == 302
    assert page.headers["Location"] == f"{there}?open=security&dimension=ownership#item-security"
    assert signed_in(cast.vera).get(page.headers["Location"]).status_code == 200
    gone = reverse("pilot-checklist-answer", args=[one.ref, "production", "nothing"])
    assert signed_in(cast.vera).get(gone).status_code == 404
    assert signed_in(cast.alice).put(url).status_code == 405


def test_reloading_tells_nothing_of_a_hidden_pilot(cast: Cast) -> None:
    hidden = pilot(cast.mona, owner=cast.alice, stage="pilot", restricted=True)
    url = reverse("pilot-checklist-answer", args=[hidden.ref, "production", "security"])
    assert signed_in(cast.charlie).get(url).status_code == 404


def test_one_answer_counts_in_every_list_that_asks_it(cast: Cast, one: Pilot) -> None:
    answer(one, "latency", cast.alice, note="640 ms")
    text = shown(cast.vera, one, "latency", "full")
    assert "640 ms" in text
    assert "answered in" in text
    said = Answer.objects.get()
    figures = GOOD["latency"] | {"p95": "700"}
    page = post(cast.bob, one, "latency", checklist="full", seen=said.pk, **figures)
    assert page.status_code == 200
    text = shown(cast.vera, one, "latency")
    assert "700 ms" in text
    assert "answered in" in text


def test_what_ran_out_says_so_and_can_be_renewed(cast: Cast, one: Pilot) -> None:
    yesterday = clock.today() - timedelta(days=1)
    answer(one, "security", cast.alice, note="Fine")
    Answer.objects.update(valid_until=yesterday, since=yesterday - timedelta(days=9))
    text = shown(cast.alice, one, "security")
    assert "The evidence ran out on" in text
    assert "Expired: attested until" in text
    said = Answer.objects.get()
    still = post(cast.alice, one, seen=said.pk, note="Fine", valid_until=yesterday.isoformat())
    assert still.status_code == 422
    assert "in the past" in still.content.decode()
    assert post(cast.alice, one, seen=said.pk, note="Fine").status_code == 200
    assert Answer.objects.get(until=None).valid_until == clock.today() + timedelta(days=365)


def test_waivers_end_within_a_year_and_are_counted(cast: Cast, one: Pilot) -> None:
    waiver = {"state": "waived", "evidence_url": "", "note": "A small risk"}
    assert post(cast.mona, one, "cost", **waiver).status_code == 422
    far = (clock.today() + timedelta(days=366)).isoformat()
    page = post(cast.mona, one, "cost", **waiver, valid_until=far)
    assert page.status_code == 422
    assert "A waiver lasts until" in page.content.decode()
    for number, days in enumerate((30, 60, 90), start=1):
        seen = Answer.objects.filter(until=None).values_list("pk", flat=True).first() or 0
        end = (clock.today() + timedelta(days=days)).isoformat()
        assert post(cast.mona, one, "cost", **waiver, valid_until=end, seen=seen).status_code == 200
        assert (f"waived {number} times" in shown(cast.vera, one, "cost")) is (number > 1)
    seen = Answer.objects.get(until=None).pk
    other = waiver | {"note": "Mine", "valid_until": end}
    assert post(cast.alice, one, "cost", **other, seen=seen).status_code == 403


def test_evidence_does_not_count_for_longer_than_its_item_says(cast: Cast, one: Pilot) -> None:
    far = (clock.today() + timedelta(days=400)).isoformat()
    page = post(cast.alice, one, valid_until=far)
    assert page.status_code == 422
    assert "at most; it can be given again then" in page.content.decode()
    for day in ("9999-12-31", "0001-01-01"):
        assert post(cast.alice, one, valid_until=day).status_code == 422


def test_a_test_counts_from_its_own_day(cast: Cast, one: Pilot) -> None:
    def drill(days: int) -> Any:
        on = (clock.today() - timedelta(days=days)).isoformat()
        return post(cast.alice, one, "fallback", on=on, minutes="60")

    page = drill(181)
    assert page.status_code == 422
    assert "more than 180 days ago" in page.content.decode()
    assert drill(100).status_code == 200
    assert Answer.objects.get().valid_until == clock.today() + timedelta(days=80)


def test_the_history_tells_the_question_and_no_code(cast: Cast, one: Pilot) -> None:
    post(cast.alice, one, "rate_limits", state="not_applicable", note="Runs on our own server")
    event = Event.objects.get(verb="readiness.answered")
    said = {c.label: c.after for c in changes(event.before, event.after, verb=event.verb)}
    assert said["Question"] == get_item("rate_limits").question
    assert said["State"] == "Not applicable"
    assert "rate_limits" not in str(said)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_is_told(cast: Cast, one: Pilot) -> None:
    together, found = Barrier(2), {}

    def run(user: User) -> None:
        client = signed_in(user)
        url = reverse("pilot-checklist-answer", args=[one.ref, "production", "security"])
        values = {"state": "attested", "evidence_url": LINK, "note": user.name, "seen": 0}
        together.wait(120)
        try:
            found[user.name] = client.post(url, values, **HTMX)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[user]) for user in (cast.alice, cast.bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(150)
    statuses = {name: page.status_code for name, page in found.items()}
    assert sorted(statuses.values()) == [200, 409]
    [winner] = [name for name, status in statuses.items() if status == 200]
    [loser] = [name for name, status in statuses.items() if status == 409]
    assert Answer.objects.get().note == winner
    told = found[loser].content.decode()
    assert winner in told
    assert loser in told
