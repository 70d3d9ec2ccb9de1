"""The readiness page: pilots against dimensions, levels and questions, and its numbers."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from common import clock
from portfolio.models import Pilot
from readiness.actions import assessments
from readiness.models import Answer, Assessment, ChecklistItem
from readiness.queries.heat_choice import Chosen
from readiness.queries.heat_map import HeatMap, heat_map
from readiness.queries.overview import open_most
from tests.factories import Cast, pilot, unit
from tests.factories.answers import answer


def get(user: User, **query: object) -> HttpResponse:
    client = Client()
    client.force_login(user)
    return client.get(reverse("readiness"), query)  # type: ignore[return-value]


def seen(user: User, **chosen: object) -> HeatMap:
    return heat_map(user, Chosen(**chosen), clock.today())  # type: ignore[arg-type]


@pytest.fixture
def two(cast: Cast) -> tuple[Pilot, Pilot]:
    """One with two answers, one with one; a third has not got so far."""
    better = pilot(cast.mona, "Better", owner=cast.alice, stage="rollout")
    worse = pilot(cast.mona, "Worse", owner=cast.alice, stage="pilot")
    pilot(cast.mona, "Too early", owner=cast.alice, stage="poc")
    for code in ("latency", "cost"):
        answer(better, code, cast.alice)
    answer(worse, "latency", cast.alice)
    return better, worse


def test_most_open_first_and_only_from_the_pilot_stage_on(
    cast: Cast, two: tuple[Pilot, Pilot]
) -> None:
    better, worse = two
    found = seen(cast.vera)
    assert [(line.ref, line.met, line.total) for line in found.lines] == [
        (worse.ref, 1, 10), (better.ref, 2, 10),
    ]  # fmt: skip
    assert (found.pilots, found.at_risk, found.unanswered) == (2, 2, 0)
    text = get(cast.vera).content.decode()
    assert "Worse" in text
    assert "Too early" not in text
    assert "Too early" in get(cast.vera, stage="all").content.decode()


def test_a_pilot_nobody_answered_for_is_shown_with_nothing_met(cast: Cast) -> None:
    one = pilot(cast.mona, "Silent", owner=cast.alice, stage="pilot")
    found = seen(cast.vera)
    assert [(line.ref, line.met, line.total) for line in found.lines] == [(one.ref, 0, 10)]
    assert (found.unanswered, found.lines[0].level, str(found.lines[0].ruling)) == (1, "", "0/7")
    assert sum(total for _, total in found.lines[0].cells) == 10


def test_the_lower_side_is_the_score_of_a_pilot(cast: Cast, two: tuple[Pilot, Pilot]) -> None:
    better, _ = two
    line = next(line for line in seen(cast.vera, sort="ruling").lines if line.ref == better.ref)
    shares = Assessment.objects.get(pilot=better, checklist="production").parts["side"].values()
    assert line.ruling.ratio == min(met / total for met, total in shares)


@pytest.mark.parametrize("by", ["dimension", "level", "question"])
@pytest.mark.parametrize("checklist", ["production", "full"])
def test_a_number_has_as_many_rows_behind_it(
    cast: Cast, two: tuple[Pilot, Pilot], by: str, checklist: str
) -> None:
    answer(two[0], "logs", cast.alice, slug="full")
    found = seen(cast.vera, by=by, checklist=checklist)
    for one in found.told:
        behind = seen(cast.vera, by=by, checklist=checklist, open=one.column.code)
        assert behind.shown == len(behind.lines) == one.open, one.column
        page = get(cast.vera, by=by, list=checklist, open=one.column.code)
        assert page.content.decode().count('<tr><td class="main"><a href="/pilots/') == one.open
        assert sum(met for met, _ in (line.cells[0] for line in found.lines)) == (
            found.told[0].share.met
        )


@pytest.mark.parametrize("checklist", ["production", "full"])
def test_what_is_open_most_often_leads_to_those_pilots(
    cast: Cast, two: tuple[Pilot, Pilot], checklist: str
) -> None:
    pilot(cast.mona, "For itself", owner=cast.alice, stage="pilot", third_party=False)
    chosen = Chosen(checklist=checklist)
    most = open_most(cast.vera, chosen, seen(cast.vera, checklist=checklist).template,
                     clock.today())  # fmt: skip
    for one in (*most[:6], *most[-6:]):
        query = dict(pair.split("=") for pair in one.query.split("&"))
        behind = seen(
            cast.vera, checklist=checklist, by="question", among=query.get("among", ""),
            open=query["open"],
        )  # fmt: skip
        assert behind.shown == one.open, one.item.code
    assert [one.open for one in most] == sorted((one.open for one in most), reverse=True)
    contract = [one for one in most if one.item.code == "third_party_contract"]
    assert [(one.open, one.asked) for one in contract] == ([(2, 2)] if contract else [])


def test_units_add_up_and_lead_to_their_pilots(cast: Cast) -> None:
    for path, name in ((("Freight", "Road"), "A"), (("Freight", "Rail"), "B"), (("Sea",), "C")):
        made = pilot(cast.mona, name, owner=cast.alice, stage="pilot", unit=unit(*path))
        answer(made, "latency", cast.alice)
    found = seen(cast.vera)
    assert [(line.name, line.pilots) for line in found.units] == [("Freight", 2), ("Sea", 1)]
    freight = unit("Freight")
    below = seen(cast.vera, unit=freight.pk)
    assert [(line.name, line.pilots) for line in below.units] == [("Rail", 1), ("Road", 1)]
    assert below.pilots == 2
    assert f"unit={freight.pk}" in found.units[0].url
    for place, one in enumerate(found.told):
        assert sum(line.shares[place][0].met for line in found.units) == one.share.met


def test_restricted_pilots_are_neither_shown_nor_counted(cast: Cast) -> None:
    hidden = pilot(cast.mona, "Secret plan", owner=cast.alice, stage="pilot", restricted=True,
                   unit=unit("Secret unit"))  # fmt: skip
    answer(hidden, "latency", cast.alice)
    assert (seen(cast.vera).pilots, seen(cast.alice).pilots) == (0, 1)
    assert seen(cast.vera).units == ()
    text = get(cast.vera).content.decode()
    assert "Secret plan" not in text
    assert "Nothing to be ready for yet" in text
    client = Client()
    client.force_login(cast.vera)
    assert b"Secret" not in b"".join(client.get(reverse("readiness-csv")))  # type: ignore[arg-type]


def test_every_cell_opens_the_list_at_its_part(cast: Cast, two: tuple[Pilot, Pilot]) -> None:
    better, _ = two
    there = reverse("pilot-checklist", args=[better.ref, "production"])
    text = get(cast.vera).content.decode()
    assert f'href="{there}?dimension=scale">2/3<' in text.replace("&amp;", "&")
    assert f'href="{there}#item-latency"' in get(cast.vera, by="question").content.decode()


def test_a_list_too_long_for_one_row_is_shown_a_dimension_at_a_time(cast: Cast) -> None:
    pilot(cast.mona, owner=cast.alice, stage="pilot")
    found = seen(cast.vera, checklist="full", by="question", among="scale")
    asked = ChecklistItem.objects.filter(
        template__slug="full", template__current=True, dimension="scale"
    )
    assert [column.code for column in found.columns] == [item.code for item in asked]
    assert found.narrow
    assert not seen(cast.vera, by="question").narrow
    # Nothing was chosen: the first dimension is shown, and the bar says which.
    page = get(cast.vera, list="full", by="question").content.decode()
    assert '<option value="data" selected>Data</option>' in page
    assert "any dimension" not in page
    assert "any dimension" in get(cast.vera, by="question").content.decode()


def test_what_ran_out_since_the_last_sweep_does_not_count(
    cast: Cast, two: tuple[Pilot, Pilot]
) -> None:
    """The stored score is behind the day; the page counts those anew."""
    _, worse = two
    answer(worse, "training", cast.mona, "waived", note="x", until=clock.today())
    tomorrow = clock.today() + timedelta(days=1)
    for by in ("dimension", "question"):
        found = heat_map(cast.vera, Chosen(by=by), tomorrow)
        line = next(line for line in found.lines if line.ref == worse.ref)
        assert (line.met, sum(met for met, _ in line.cells)) == (1, 1)


def test_scores_from_before_parts_were_kept_are_counted_anew(
    cast: Cast, two: tuple[Pilot, Pilot]
) -> None:
    Assessment.objects.update(parts={})
    assert [line.met for line in seen(cast.vera).lines] == [1, 2]


def test_the_file_has_every_row(cast: Cast, two: tuple[Pilot, Pilot]) -> None:
    pilot(cast.mona, "=cmd()", owner=cast.alice, stage="pilot")
    client = Client()
    client.force_login(cast.vera)
    body = b"".join(client.get(reverse("readiness-csv"), {"by": "level"}))  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=cmd()", "Worse", "Better"]
    assert [(row["met"], row["of"]) for row in rows] == [("0", "10"), ("1", "10"), ("2", "10")]
    assert {"Groundwork", "Groundwork, of"} <= set(rows[0])


@pytest.mark.parametrize("query", [
    {"list": "no-such"}, {"by": "x"}, {"unit": "9" * 30}, {"stage": "gone"}, {"sort": "\u202e"},
    {"open": "<b>"}, {"page": "0"}, {"page": "99999"}, {"page": "1e400"}, {"among": "nothing"},
])  # fmt: skip
def test_what_cannot_be_read_counts_as_missing(
    cast: Cast, two: tuple[Pilot, Pilot], query: dict[str, str]
) -> None:
    answered = get(cast.vera, **query)
    assert answered.status_code == 200
    assert "<b>" not in answered.content.decode().split('id="readiness-map"')[1].split("<h2")[0]
    assert "Worse" in answered.content.decode()


def test_pages_hold_a_hundred_pilots(cast: Cast) -> None:
    made = Pilot.objects.bulk_create(
        Pilot(name=f"P{n:03}", name_key=f"p{n:03}", unit=unit(), stage="pilot",
              registered_on=clock.today(), stage_since_bound=clock.today())
        for n in range(130)
    )  # fmt: skip
    first = get(cast.vera, sort="name").content.decode()
    assert "1 to 100 of 130 pilots" in re.sub(r"\s+", " ", first)
    second = get(cast.vera, sort="name", page=2).content.decode()
    assert "P099" in first and "P100" not in first  # noqa: PT018
    assert "P129" in second and "P099" not in second  # noqa: PT018
    assert len(made) == 130


def test_the_statements_do_not_grow_with_the_pilots(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = list(ChecklistItem.objects.filter(template__slug="full", template__current=True))
    seen(cast.otto)  # The roles are known from then on.
    for expected in (1, 30):
        while Pilot.objects.count() < expected:
            made = pilot(cast.mona, f"Pilot {Pilot.objects.count()}", stage="pilot")
            Answer.objects.bulk_create(
                Answer(pilot=made, item=item, key=item.key, state="attested", backed=True,
                       evidence_url="https://x.example/", author=cast.alice,
                       since=clock.today(), recorded_at=clock.now())
                for item in asked[::2]
            )  # fmt: skip
            assessments.reassess([made.pk], checklist="full")
        for by, number in (("dimension", 5), ("question", 6)):
            with django_assert_num_queries(number):
                seen(cast.otto, checklist="full", by=by)
