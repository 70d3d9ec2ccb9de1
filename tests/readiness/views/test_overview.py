"""The readiness page of the portfolio."""

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from common import clock
from readiness.queries.overview import overview
from tests.factories import Cast, pilot
from tests.factories.answers import answer


def test_most_open_first_and_only_from_the_pilot_stage_on(cast: Cast) -> None:
    better = pilot(cast.mona, "Better", owner=cast.alice, stage="rollout")
    worse = pilot(cast.mona, "Worse", owner=cast.alice, stage="pilot")
    pilot(cast.mona, "Too early", stage="poc")
    for code in ("latency", "cost"):
        answer(better, code, cast.alice)
    answer(worse, "latency", cast.alice)
    found = overview(cast.vera, clock.today())
    assert [(row.pilot, row.met) for row in found.rows] == [(worse, 1), (better, 2)]
    assert (found.in_scope, found.at_risk) == (2, 2)
    open_on = {item.code: n for item, n in found.of_item}
    assert (open_on["latency"], open_on["cost"], open_on["training"]) == (0, 1, 2)
    client = Client()
    client.force_login(cast.vera)
    text = client.get(reverse("readiness")).content.decode()
    assert "Worse" in text
    assert "Too early" not in text


def test_restricted_pilots_are_neither_shown_nor_counted(cast: Cast) -> None:
    hidden = pilot(cast.mona, "Secret plan", owner=cast.alice, stage="pilot", restricted=True)
    answer(hidden, "latency", cast.alice)
    assert overview(cast.vera, clock.today()).in_scope == 0
    assert overview(cast.alice, clock.today()).in_scope == 1
    client = Client()
    client.force_login(cast.vera)
    text = client.get(reverse("readiness")).content.decode()
    assert "Secret plan" not in text
    assert "Nothing to be ready for yet" in text


def test_the_queries_do_not_grow_with_the_pilots(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for expected in (1, 6):
        while overview(cast.otto, clock.today()).in_scope < expected:
            made = pilot(cast.mona, f"Pilot {expected}", owner=cast.alice, stage="pilot")
            answer(made, "latency", cast.alice)
        with django_assert_num_queries(7):
            overview(cast.otto, clock.today())
