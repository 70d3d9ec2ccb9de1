"""Lists that are answered from the record."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from common import clock
from portfolio.actions import ownership
from portfolio.models import Channel, Metric, Pilot
from readiness.models import Answer
from readiness.queries.derived import derived, signs
from readiness.queries.likeness import likeness, ships_like
from tests.factories import Cast, pilot
from tests.factories.answers import answer


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return pilot(cast.mona, owner=cast.alice, stage="poc")


def shown(one: Pilot) -> int:
    return signs([one.pk], clock.today())[one.pk].shown


def met(one: Pilot, slug: str) -> dict[str, bool]:
    found = next(part for part in derived(one, clock.today()) if part.slug == slug)
    return {item.code: item.met for item in found.items}


def test_each_sign_goes_with_what_the_record_has(cast: Cast, one: Pilot) -> None:
    assert shown(one) == 4
    assert met(one, "eternal_poc") == {
        "metrics": False, "rollback": False, "logs": False, "substance": False,
    }  # fmt: skip
    Metric.objects.create(
        pilot=one, name="Right", unit="%", since=clock.today(), cadence_days=30,
    )  # fmt: skip
    assert met(one, "eternal_poc")["metrics"]
    answer(one, "rollback", cast.alice, slug="full")
    # Evidence of any kind is more than talk.
    assert met(one, "eternal_poc") == {
        "metrics": True, "rollback": True, "logs": False, "substance": True,
    }  # fmt: skip
    answer(one, "logs", cast.alice, slug="full")
    assert shown(one) == 0


def test_evidence_that_ran_out_shows_the_sign_again(cast: Cast, one: Pilot) -> None:
    answer(one, "logs", cast.alice, slug="full", until=clock.today())
    tomorrow = clock.today() + timedelta(days=1)
    assert signs([one.pk], clock.today())[one.pk].logs
    assert not signs([one.pk], tomorrow)[one.pk].logs


def test_twelve_months_say_who_and_until_when(cast: Cast, one: Pilot) -> None:
    assert met(one, "twelve_months") == dict.fromkeys(
        ("owns_in_twelve_months", "accountable_when_it_breaks", "feedback_and_decides"), False
    )
    ownership.answer_twelve_months(
        pilot=one, by=cast.mona, channel=Channel.WEB, owner=cast.alice, operations_owner=cast.bob,
        feedback_owner=cast.mona,
    )  # fmt: skip
    assert all(met(one, "twelve_months").values())
    later = clock.today() + timedelta(days=366)
    found = next(part for part in derived(one, later) if part.slug == "twelve_months")
    assert not any(item.met for item in found.items)
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(is_active=False)
    assert met(one, "twelve_months")["accountable_when_it_breaks"] is False
    assert met(one, "twelve_months")["owns_in_twelve_months"] is True


def test_many_pilots_cost_one_statement(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = [pilot(cast.mona, f"P{n}").pk for n in range(6)]
    for some in (many[:1], many):
        with django_assert_num_queries(1):
            assert [found.shown for found in signs(some, clock.today()).values()] == [4] * len(some)
        with django_assert_num_queries(1):
            assert {like.points for like in likeness(some, clock.today()).values()} == {0}


def test_what_ships_is_counted(cast: Cast, one: Pilot) -> None:
    answer(one, "fallback", cast.alice)
    answer(one, "alerting", cast.alice)
    assert likeness([one.pk], clock.today())[one.pk].points == 2
    goal = {"pilot": one, "unit": "%", "since": clock.today(), "cadence_days": 30}
    Metric.objects.create(name="Right", **goal)
    assert likeness([one.pk], clock.today())[one.pk].points == 2, "A metric without a target."
    Metric.objects.create(name="Fast", target=90, **goal)
    answer(one, "continuous_pipeline", cast.alice, slug="full")
    assert likeness([one.pk], clock.today())[one.pk].points == 4
    tomorrow = clock.today() + timedelta(days=1)
    Answer.objects.filter(key="production.fallback").update(valid_until=clock.today())
    assert likeness([one.pk], tomorrow)[one.pk].points == 3, "Evidence that ran out is none."


def test_what_is_waived_is_not_there(cast: Cast, one: Pilot) -> None:
    until = clock.today() + timedelta(days=30)
    answer(one, "fallback", cast.ed, "waived", link="", note="Later", until=until)
    assert likeness([one.pk], clock.today())[one.pk].points == 0


def test_the_badge_is_shown_with_the_doors_to_what_is_missing(cast: Cast, one: Pilot) -> None:
    answer(one, "fallback", cast.alice)
    client = Client()
    client.force_login(cast.vera)
    for page in ("pilot-readiness", "pilot-packet"):
        text = client.get(reverse(page, args=[one.ref])).content.decode()
        assert "Has 1 of 4 traits of pilots that shipped" in text
        full = reverse("pilot-checklist", args=[one.ref, "full"])
        for door in (f"{full}#item-continuous_pipeline", f"{full}#item-monitoring_live"):
            assert f'href="{door}"' in text
    Pilot.objects.filter(pk=one.pk).update(shipped=True)
    one.refresh_from_db()
    assert ships_like(one, clock.today()) is None, "It has shipped; nothing is left to guess."
    text = client.get(reverse("pilot-readiness", args=[one.ref])).content.decode()
    assert "traits of pilots that shipped" not in text


def test_the_pilot_page_of_readiness_shows_them_with_their_doors(cast: Cast, one: Pilot) -> None:
    client = Client()
    client.force_login(cast.vera)
    page = reverse("pilot-readiness", args=[one.ref])
    text = client.get(page).content.decode()
    assert "Signs of an eternal PoC" in text
    assert "4 of 4 signs show" in text
    assert reverse("pilot-checklist", args=[one.ref, "full"]) + "#item-rollback" in text
    # Who may not answer sees the question without its door.
    assert reverse("pilot-twelve-months", args=[one.ref]) not in text
    client.force_login(cast.alice)
    assert reverse("pilot-twelve-months", args=[one.ref]) in client.get(page).content.decode()
    assert reverse("pilot-chart", args=[one.ref, "gap"]) in text
