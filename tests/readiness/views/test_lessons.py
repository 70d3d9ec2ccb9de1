"""Lessons of ended pilots: found again, and shown where a similar pilot is registered."""

import json
import re
from datetime import date

import pytest
from django.urls import reverse

from common.charts import as_json, charts
from portfolio.models import Pilot
from portfolio.queries.similar import similar
from readiness.queries.lessons import by_year
from tests.factories import Cast, pilot, unit
from tests.factories.decided import STOP, decide
from tests.portfolio.views.screen import as_, counting, statements, text

URL = reverse("lessons")


def ended(cast: Cast, name: str, *, stage: str = "stopped", **values: object) -> Pilot:
    stop = STOP | {key: values.pop(key) for key in ("family", "codes", "lessons") if key in values}
    made = pilot(cast.mona, name, stage="pilot", owner=cast.alice, **values)
    decide(made, cast.mona, cast.ed, "stop", to_stage=stage, terms={"stop": stop},
           on=date(2026, 1, 5))  # fmt: skip
    Pilot.objects.filter(pk=made.pk).update(stage=stage)
    return made


def names(page: str) -> list[str]:
    return re.findall(r'<h2 id="lesson-\d+"><a href="[^"]+">([^<]+)</a>', page)


@pytest.fixture
def three(cast: Cast) -> None:
    ended(cast, "Invoice reader", lessons="Ask for a sample of real data first.")
    ended(cast, "Route planner", family="plan", codes=["done"], stage="retired",
          lessons="Write the hand-over down.", unit=unit("Logistics", "Fleet"))  # fmt: skip
    ended(cast, "Chat helper", family="organisation", codes=["ownership"],
          lessons="No owner, no pilot: 100 % of the time.")  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Invoice reader", "Route planner", "Chat helper"}),
        ("family=plan", {"Route planner"}), ("family=luck", 3), ("q=SAMPLE", {"Invoice reader"}),
        ("q=owner pilot", {"Chat helper"}), ("q=route", {"Route planner"}), ("q=100 %25", 1),
        ("q=%25", {"Chat helper"}), ("q=_", set()), ("q=lessons", set()),
        ("q=nothing-like-it", set()),
        ("family=plan&q=sample", set()), ("unit={logistics}", {"Route planner"}),
        ("unit=99999999999999999999", 3), ("cursor=x", 3), ("year=2026", 3), ("year=2025", set()),
        ("year=0", 3), ("year=99999", 3), ("year=2026&family=plan", {"Route planner"}),
    ],
)  # fmt: skip
def test_it_is_searched(cast: Cast, three: None, query: str, found: set[str] | int) -> None:
    parent = unit("Logistics", "Fleet").parent_id
    shown = names(text(as_(cast.vera).get(f"{URL}?{query.format(logistics=parent)}")))
    assert (len(shown) if isinstance(found, int) else set(shown)) == found


def test_the_sentence_counts_families_as_links(cast: Cast, three: None) -> None:
    page = text(as_(cast.vera).get(URL))
    assert "3 pilots that you can see ended" in page
    assert '<a href="?family=plan"><b>1</b> plan</a>' in page
    assert "Something better" not in page
    assert "It did its work and is needed no more" in page


def test_a_pilot_that_runs_again_teaches_nothing_yet(cast: Cast) -> None:
    made = ended(cast, "Invoice reader")
    Pilot.objects.filter(pk=made.pk).update(stage="pilot")
    assert names(text(as_(cast.vera).get(URL))) == []


def test_statements_do_not_grow(cast: Cast, three: None) -> None:
    client = as_(cast.vera)
    few = statements(client, URL)
    for n in range(9):
        ended(cast, f"Reader {n}")
    assert statements(client, URL) == few <= 8


def test_a_lesson_is_offered_where_a_similar_pilot_is_registered(cast: Cast, three: None) -> None:
    page = text(as_(cast.bob).get(reverse("pilots-similar"), {"name": "Invoice readers"}))
    assert "Ask for a sample of real data first." in page
    assert "The labelled set." in page
    sent = {"name": "Invoice readers", "unit": Pilot.objects.all()[0].unit_id, "stage": "idea"}
    page = text(as_(cast.bob).post(reverse("pilot-create"), sent))
    assert "Ask for a sample of real data first." in page or "Similar" not in page


def test_only_lessons_that_one_may_see(cast: Cast) -> None:
    ended(cast, "Nightingale reader", restricted=True, lessons="Nightingale secret")
    for blind in (cast.ed, cast.charlie, cast.ada):
        assert similar("Nightingale reader", user=blind) == ()
        assert "Nightingale" not in text(as_(blind).get(URL))
    (one,) = similar("Nightingale readers", user=cast.alice)
    assert one.lessons[0].words == "Nightingale secret"
    assert "Nightingale" in text(as_(cast.otto).get(URL))


def test_the_chart_counts_families_by_year_for_the_eyes_of_one(cast: Cast, three: None) -> None:
    hidden = ended(cast, "Nightingale reader", restricted=True)
    page = text(as_(cast.vera).get(URL))
    assert "weighed most in 1 of 3 ends" in page
    assert '<a href="/lessons/?year=2026&amp;family=plan">1</a>' in page
    assert "of 4 ends" in text(as_(cast.alice).get(URL))
    numbers = by_year(cast.vera, date(2026, 5, 1))
    figure = json.loads(as_json(charts.get("endings"), numbers))
    assert [bar["y"] for bar in figure["data"]] == [[0], [1], [1], [1]]
    assert hidden.ref not in as_json(charts.get("endings"), numbers)


def test_years_without_an_end_stand_between(cast: Cast) -> None:
    made = ended(cast, "Invoice reader")
    decide(made, cast.mona, cast.ed, "stop", to_stage="stopped", terms={"stop": STOP},
           on=date(2023, 1, 5))  # fmt: skip
    numbers = by_year(cast.vera, date(2026, 5, 1))
    assert [one.year for one in numbers] == [2023, 2024, 2025, 2026]
    assert "since 2023" in charts.get("endings").words(numbers)
    assert by_year(cast.vera, date(2026, 5, 1)) == numbers


def test_pilots_that_run_cost_no_further_statement(cast: Cast) -> None:
    pilot(cast.mona, "Invoice reader")
    similar("Invoice readers", user=cast.vera)  # Roles are asked once.
    with counting() as asked:
        assert similar("Invoice readers", user=cast.vera)[0].lessons == ()
    assert len(asked) == 1
