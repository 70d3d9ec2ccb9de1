"""Where a pilot stands on every list, over HTTP."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from common import clock
from readiness.queries.pilot import standing
from tests.factories import Cast, pilot
from tests.factories.answers import answer


def test_every_list_with_its_score_and_what_runs_out_next(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    soon = clock.today() + timedelta(days=9)
    answer(one, "latency", cast.alice, until=soon)
    answer(one, "cost", cast.alice)
    found = standing(one, cast.alice, clock.today())
    assert [listed.template.slug for listed in found.lists][:2] == ["production", "governance"]
    ten = found.lists[0]
    assert (str(ten.score.overall), ten.answered) == ("2/10", 2)
    assert ten.runs_out is not None
    assert (ten.runs_out.item.code, ten.runs_out.last_day) == ("latency", soon)
    client = Client()
    client.force_login(cast.vera)
    text = client.get(reverse("pilot-readiness", args=[one.ref])).content.decode()
    assert "2/10" in text
    assert "Production readiness in full" in text


def test_the_index_costs_the_same_whatever_is_answered(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    client = Client()
    client.force_login(cast.alice)
    url = reverse("pilot-readiness", args=[one.ref])
    client.get(url)
    with django_assert_num_queries(13):
        client.get(url)
    for code in ("latency", "cost", "training"):
        answer(one, code, cast.alice)
    with django_assert_num_queries(13):
        client.get(url)


def test_the_names_of_twelve_months_lead_only_where_somebody_may_answer(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    door = reverse("pilot-twelve-months", args=[one.ref])
    for who, leads in ((cast.alice, True), (cast.vera, False)):
        client = Client()
        client.force_login(who)
        text = client.get(reverse("pilot-readiness", args=[one.ref])).content.decode()
        assert "Who owns it in twelve months?" in text
        assert (door in text) is leads
        assert (client.get(door).status_code == 200) is leads
