"""The guided self-check over HTTP: one question at a time, resumed, compared."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.access import roles_of
from accounts.models import User
from common import clock
from common.errors import Conflict
from portfolio.models import Event, Pilot
from readiness.actions import self_checks
from readiness.models import Assessment, SelfCheck
from readiness.queries.self_check import asked
from tests.factories import Cast, pilot


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return pilot(cast.mona, owner=cast.alice, stage="pilot")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def codes(check: SelfCheck) -> list[str]:
    return list(check.template.items.values_list("code", flat=True))


def ask(check: SelfCheck, code: str) -> str:
    return reverse("pilot-self-check-question", args=[check.pilot.ref, check.pk, code])


def go_through(client: Client, one: Pilot, ratings: list[str]) -> SelfCheck:
    """As a team does it, by following each redirect; few ratings leave the last ones out."""
    page = client.post(reverse("pilot-self-checks", args=[one.ref]))
    check = one.self_checks.get(finished_at=None)
    for rating in ratings:
        url = page.headers["Location"]
        page = client.post(url, {"rating": rating, "seen": "", "note": ""})
        assert page.status_code == 302
    if len(ratings) == len(codes(check)):
        there = reverse("pilot-self-check", args=[one.ref, check.pk])
        assert page.headers["Location"] == there
        assert client.post(there).status_code == 302
    check.refresh_from_db()
    return check


def test_it_ends_in_a_score_and_gaps_in_order(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    ratings = ["4", "3", "unknown", "0", "2", "4", "4", "4", "4", "4", "4", "4"]
    check = go_through(client, one, ratings)
    assert check.finished_at is not None
    url = reverse("pilot-self-check", args=[one.ref, check.pk])
    for person in (cast.alice, cast.vera):  # Everybody who sees the pilot reads it.
        text = signed_in(person).get(url).content.decode()
        assert "37 of 48" in text
        assert "1 answer is not known and gives no points." in text
        gaps = text.split('<ol class="gaps">')[1]
        items = {item.code: item for item in check.template.items.all()}
        asked = codes(check)
        order = [gaps.index(items[asked[place]].question) for place in (2, 3, 4, 1)]
        assert order == sorted(order)
        assert items[asked[3]].rungs[1] in gaps  # What the next rung takes.
        assert "state=open&amp;factor=" in gaps
        assert "It never raises readiness" in text
    assert not Assessment.objects.filter(pilot=one).exists()
    verbs = Event.objects.filter(pilot=one, verb__startswith="readiness.self").order_by("pk")
    assert [event.verb for event in verbs] == [
        "readiness.self_check_begun", "readiness.self_check_finished",
    ]  # fmt: skip


def test_it_goes_on_where_it_was_left(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    check = go_through(client, one, ["1", "2"])
    assert len(check.ratings) == 2
    again = client.post(reverse("pilot-self-checks", args=[one.ref]))
    assert again.headers["Location"] == ask(check, codes(check)[2])
    assert one.self_checks.count() == 1
    text = client.get(reverse("pilot-self-checks", args=[one.ref])).content.decode()
    assert "<b>2 of 12 answered</b>" in text
    early = client.post(reverse("pilot-self-check", args=[one.ref, check.pk]))
    assert early.headers["Location"] == ask(check, codes(check)[2])
    assert one.self_checks.get().finished_at is None
    # Back: the first one shows what was chosen, and may be changed.
    first = ask(check, codes(check)[0])
    assert 'value="1" checked' in client.get(first).content.decode().replace(
        'id="id_rating_1" ', ""
    ).replace('required ', "")  # fmt: skip
    assert client.post(first, {"rating": "3", "seen": "1"}).status_code == 302
    check.refresh_from_db()
    assert check.ratings[codes(check)[0]] == 3


def test_what_moved_stands_beside_it(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    go_through(client, one, ["1"] * 12)
    second = go_through(client, one, ["2", "0", *["1"] * 10])
    text = client.get(reverse("pilot-self-check", args=[one.ref, second.pk])).content.decode()
    assert "What moved since the one before" in text
    assert "1 → 2" in text
    assert "1 → 0" in text
    text = client.get(reverse("pilot-self-checks", args=[one.ref])).content.decode()
    assert "first one" in text
    assert "12 of 48" in text


@pytest.mark.parametrize("rating", ["", "5", "-1", "1e400", "NaN", "٣", "<b>"])
def test_a_rung_that_does_not_exist_is_refused(cast: Cast, one: Pilot, rating: str) -> None:
    client = signed_in(cast.alice)
    check = go_through(client, one, [])
    page = client.post(ask(check, codes(check)[0]), {"rating": rating, "seen": ""})
    assert page.status_code == 422
    check.refresh_from_db()
    assert check.ratings == {}


def test_two_at_once_do_not_overwrite_each_other(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    check = go_through(client, one, ["1"])
    url = ask(check, codes(check)[0])
    assert client.post(url, {"rating": "2", "seen": ""}).status_code == 409
    assert client.post(url, {"rating": "1", "seen": ""}).status_code == 302  # The same again.
    long = {"rating": "2", "seen": "1", "note": "x" * 10_000}
    assert client.post(url, long).status_code == 422
    check.refresh_from_db()
    assert check.ratings == {codes(check)[0]: 1}


def test_a_finished_one_is_read_only(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    check = go_through(client, one, ["1"] * 12)
    url = ask(check, codes(check)[0])
    assert client.post(url, {"rating": "4", "seen": "1"}).status_code == 409
    assert client.get(url).status_code == 302
    assert client.post(reverse("pilot-self-check", args=[one.ref, check.pk])).status_code == 302
    check.refresh_from_db()
    assert set(check.ratings.values()) == {1}


def test_who_may_not_edit_reads_and_strangers_see_nothing(cast: Cast, one: Pilot) -> None:
    check = go_through(signed_in(cast.alice), one, ["1"])
    vera = signed_in(cast.vera)
    index, there = (
        reverse("pilot-self-checks", args=[one.ref]),
        reverse("pilot-self-check", args=[one.ref, check.pk]),
    )
    assert (vera.get(index).status_code, vera.post(index).status_code) == (200, 403)
    assert (vera.get(there).status_code, vera.post(there).status_code) == (200, 403)
    url = ask(check, codes(check)[1])
    assert (vera.get(url).status_code, vera.post(url, {"rating": "1"}).status_code) == (403, 403)
    hidden = pilot(cast.mona, "Secret", owner=cast.alice, restricted=True)
    secret = go_through(signed_in(cast.alice), hidden, ["1"])
    assert vera.get(reverse("pilot-self-check", args=[hidden.ref, secret.pk])).status_code == 404
    # A check of another pilot is not there under this one's address.
    wrong = reverse("pilot-self-check", args=[one.ref, secret.pk])
    assert signed_in(cast.alice).get(wrong).status_code == 404


def test_the_list_costs_the_same_with_three_as_with_one(
    cast: Cast, one: Pilot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.alice)
    go_through(client, one, ["1"] * 12)
    url = reverse("pilot-self-checks", args=[one.ref])
    counted: Any = None
    for _ in range(2):
        with django_assert_num_queries(7):
            counted = client.get(url)
        go_through(client, one, ["2"] * 12)
    assert counted.status_code == 200


def waiting(user: User) -> str:
    """What My pilots says waits for that person."""
    text = signed_in(user).get(reverse("my-pilots")).content.decode()
    found = text.partition('id="asked-of-me"')[2].partition("</section>")[0]
    return " ".join(found.split())


def test_one_that_runs_waits_for_its_author_and_the_owner(cast: Cast, one: Pilot) -> None:
    assert "self-check" not in waiting(cast.alice)
    check = go_through(signed_in(cast.mona), one, ["1"] * 5)
    for person, who in ((cast.alice, "Mona"), (cast.mona, "You")):
        text = waiting(person)
        assert f'Go on with the self-check of <a href="/pilots/{one.ref}/">' in text
        assert f"5 of 12 answered. {who}" in text
        assert f'href="{ask(check, codes(check)[5])}">Go on</a>' in text
    for person in (cast.bob, cast.vera, cast.charlie):
        assert "self-check" not in waiting(person)
    assert "One is running: 5 of 12 answered" in (
        signed_in(cast.vera).get(reverse("pilot-readiness", args=[one.ref])).content.decode()
    )
    for code in codes(check)[5:]:
        signed_in(cast.alice).post(ask(check, code), {"rating": "1", "seen": ""})
    there = reverse("pilot-self-check", args=[one.ref, check.pk])
    assert "All 12 answered." in waiting(cast.alice)
    assert f'href="{there}">Finish it</a>' in waiting(cast.alice)
    signed_in(cast.alice).post(there)
    assert "self-check" not in waiting(cast.alice)


def test_it_does_not_wait_for_who_may_not_go_on(cast: Cast, one: Pilot) -> None:
    go_through(signed_in(cast.mona), one, ["1"])
    Pilot.objects.filter(pk=one.pk).update(on_hold_until=date(2999, 1, 1))
    assert "self-check" not in waiting(cast.alice)
    Pilot.objects.filter(pk=one.pk).update(on_hold_until=None)
    assert "self-check" in waiting(cast.alice)
    SelfCheck.objects.update(author=cast.vera)  # She had a role, and has it no more.
    assert "self-check" not in waiting(cast.vera)
    Pilot.objects.filter(pk=one.pk).update(stage="stopped")
    assert "self-check" not in waiting(cast.alice)


def test_asking_costs_one_query(
    cast: Cast, one: Pilot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for pilot_ in (one, pilot(cast.mona, "Second", owner=cast.alice, stage="poc")):
        go_through(signed_in(cast.alice), pilot_, ["1", "2"])
    roles_of(cast.alice)
    with django_assert_num_queries(1):
        assert len(asked(cast.alice, clock.today())) == 2


def test_what_it_says_so_far_is_about_what_was_asked(cast: Cast, one: Pilot) -> None:
    check = go_through(signed_in(cast.alice), one, ["4", "1"])
    url = reverse("pilot-self-check", args=[one.ref, check.pk])
    text = signed_in(cast.alice).get(url).content.decode()
    assert "<b>5 of 8</b>" in text
    assert "<b>2 of 12</b> answered" in text
    assert text.count('<span class="rung">') == 1  # What nobody was asked yet is no gap.
    assert "Go on with the questions" in text
    assert "Finish</button>" not in text


def test_it_is_discarded_once_with_its_event(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    check = go_through(client, one, ["1", "2"])
    url = reverse("pilot-self-check-discard", args=[one.ref])
    index = reverse("pilot-self-checks", args=[one.ref])
    page = client.get(index).content.decode()
    assert "Its 2 answers and their notes are gone for good." in page
    vera = signed_in(cast.vera)
    assert "Discard" not in vera.get(index).content.decode()
    said = {"check": str(check.pk), "seen": "2"}
    assert vera.post(url, said).status_code == 403
    assert client.post(url, said | {"seen": "1"}).status_code == 409  # Somebody went on.
    assert one.self_checks.exists()
    for _ in range(2):  # Pressed twice: the second finds nothing.
        answer = client.post(url, said)
        assert (answer.status_code, answer.headers["Location"]) == (302, index)
    assert not one.self_checks.exists()
    event = Event.objects.get(pilot=one, verb="readiness.self_check_discarded")
    assert (event.actor, event.before) == (cast.alice, {"self-check": "2 of 12 answered"})
    timeline = client.get(reverse("pilot-history", args=[one.ref])).content.decode()
    assert "discarded a self-check" in timeline
    # Whoever was still answering is told, and a new one begins.
    assert client.post(ask(check, codes(check)[2]), {"rating": "1", "seen": ""}).status_code == 404
    with pytest.raises(Conflict, match="discarded"):
        self_checks.finish(check=check, by=cast.alice, channel="web")
    assert go_through(client, one, ["1"]).pk != check.pk


@pytest.mark.parametrize("number", ["", "x", "-1", "1e400", "9" * 30])
def test_discarding_nothing_says_so(cast: Cast, one: Pilot, number: str) -> None:
    check = go_through(signed_in(cast.alice), one, ["1"])
    url = reverse("pilot-self-check-discard", args=[one.ref])
    for said in ({"check": number, "seen": "1"}, {"check": check.pk, "seen": number}):
        assert signed_in(cast.alice).post(url, said).status_code == 302
    assert one.self_checks.count() == 1


def test_a_finished_one_and_another_pilots_are_not_discarded(cast: Cast, one: Pilot) -> None:
    client = signed_in(cast.alice)
    done = go_through(client, one, ["1"] * 12)
    url = reverse("pilot-self-check-discard", args=[one.ref])
    assert client.post(url, {"check": done.pk, "seen": "12"}).status_code == 409
    other = go_through(client, pilot(cast.mona, "Second", owner=cast.alice), ["1"])
    assert client.post(url, {"check": other.pk, "seen": "1"}).status_code == 302
    assert SelfCheck.objects.count() == 2
