"""The figures of readiness: what they say, for whom, as a picture, a table and a file."""

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from portfolio.models import Pilot
from readiness.actions import catalog
from readiness.catalog import Item, Template
from readiness.models import ChecklistTemplate, ScoreDay, SelfCheck
from readiness.queries.gap import gaps
from readiness.queries.heat_choice import Chosen
from readiness.queries.trend import group_trend, pilot_trend
from tests.factories import Cast, pilot
from tests.factories.answers import answer

FIRST = date(2026, 3, 2)


def on(day: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(12), UTC), tick=False)


def get(user: User, name: str, *args: object, **query: object) -> HttpResponse:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args), query)  # type: ignore[return-value]


def figure(answered: HttpResponse) -> dict[str, Any]:
    return json.loads(answered.content)  # type: ignore[no-any-return]


@pytest.fixture
def told(cast: Cast) -> Pilot:
    """Two answers on two days; then a second version of its list."""
    with on(FIRST):
        catalog.sync(templates=[walk(1, "ab")])
        one = pilot(cast.mona, owner=cast.alice, stage="pilot")
        answer(one, "a", cast.alice, slug="walk")
    with on(FIRST + timedelta(days=7)):
        answer(one, "b", cast.alice, slug="walk")
    day = FIRST + timedelta(days=20)
    with on(day):
        for row in catalog.sync(templates=[walk(2, "abc")]):
            catalog.ask(row, as_of=day)
    return one


def walk(version: int, codes: str) -> Template:
    items = tuple(
        Item(code=code, question=f"{code}?", evidence="e", close="c", dimension="data",
             level="groundwork", side="organisational" if code == "c" else "technical")
        for code in codes
    )  # fmt: skip
    return Template("walk", version, "Walk", "", "", items)


def test_the_curve_of_a_pilot_breaks_where_the_list_changes(cast: Cast, told: Pilot) -> None:
    today = FIRST + timedelta(days=30)
    with on(today):
        drawn = figure(get(cast.vera, "pilot-chart", told.ref, "score", list="walk", format="json"))
        trend = pilot_trend(told, "walk", today)
    assert [[point.version for point in part] for part in trend.stretches] == [[1, 1], [2]]
    rulers = [one for one in drawn["data"] if one["name"] == "Score (lower side)"]
    change = (FIRST + timedelta(days=20)).isoformat()
    assert [(one["x"], one["y"]) for one in rulers] == [
        ([FIRST.isoformat(), (FIRST + timedelta(days=7)).isoformat(), change], [50, 100, 100]),
        ([change, today.isoformat()], [0, 0]),  # nobody has answered what the new version asks
    ]
    assert {one["line"]["shape"] for one in rulers} == {"hv"}
    assert [note["text"] for note in drawn["layout"]["annotations"]] == ["version 2"]


def test_its_table_and_its_file_say_the_same(cast: Cast, told: Pilot) -> None:
    with on(FIRST + timedelta(days=30)):
        page = get(cast.vera, "pilot-chart", told.ref, "score", list="walk").content.decode()
        file = get(cast.vera, "pilot-chart", told.ref, "score", list="walk", format="csv")
    rows = list(csv.reader(io.StringIO(file.content.decode())))
    assert rows[1:] == [
        ["2026-03-02", "version 1", "1 of 2", "1 of 2", "not asked"],
        ["2026-03-09", "version 1", "2 of 2", "2 of 2", "not asked"],
        ["2026-03-22", "version 2", "0 of 1", "2 of 2", "0 of 1"],
    ]
    assert "The list changed: version 2 on 22 March 2026" in page


def test_a_curve_that_began_today_has_days_on_its_axis(cast: Cast) -> None:
    with on(FIRST):
        one = pilot(cast.mona, owner=cast.alice, stage="pilot")
        answer(one, "latency", cast.alice)
        drawn = figure(get(cast.vera, "pilot-chart", one.ref, "score", format="json"))
    begins = (FIRST - timedelta(days=14)).isoformat()
    assert drawn["layout"]["xaxis"]["range"] == [begins, FIRST.isoformat()]


def test_nothing_answered_says_so(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    page = get(cast.vera, "pilot-chart", one.ref, "score").content.decode()
    assert "The first answer begins the curve" in page


@pytest.mark.parametrize("code", ["score", "gap"])
@pytest.mark.parametrize("form", ["", "json", "csv"])
def test_a_restricted_pilot_has_no_figures_for_strangers(cast: Cast, code: str, form: str) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot", restricted=True)
    assert get(cast.vera, "pilot-chart", one.ref, code, format=form).status_code == 404
    assert get(cast.alice, "pilot-chart", one.ref, code, format=form).status_code == 200


def test_unknown_figures_and_lists_are_not_there(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    assert get(cast.vera, "pilot-chart", one.ref, "readiness_trend").status_code == 404
    assert get(cast.vera, "pilot-chart", one.ref, "score", list="\u202e<b>").status_code == 404


def test_the_gap_is_the_share_of_each_factor_beside_the_self_check(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    answer(one, "success_metric", cast.alice, slug="full")
    found = {gap.factor: gap for gap in gaps(one, clock.today()).factors}
    goal = found["goal"]
    assert len(found) == 8
    assert (goal.share.met, goal.evidence) == (1, round(4 / goal.share.total, 1))
    assert (found["data"].evidence, goal.said) == (0, None)
    SelfCheck.objects.create(
        pilot=one, template=ChecklistTemplate.objects.get(slug="self_assessment", current=True),
        ratings={"goal": 3, "data": 0}, author=cast.alice, begun_at=clock.now(),
        finished_at=clock.now(),
    )  # fmt: skip
    found = {gap.factor: gap for gap in gaps(one, clock.today()).factors}
    assert (found["goal"].said, found["goal"].flattered) == (3, True)
    assert (found["data"].said, found["data"].flattered) == (0, False)
    drawn = figure(get(cast.vera, "pilot-chart", one.ref, "gap", format="json"))
    assert {part["type"] for part in drawn["data"]} == {"bar", "scatter"}
    page = get(cast.vera, "pilot-chart", one.ref, "gap").content.decode()
    assert "a rung or more than can be shown of: goal" in page


def test_a_self_check_that_runs_does_not_count(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    SelfCheck.objects.create(
        pilot=one, template=ChecklistTemplate.objects.get(slug="self_assessment", current=True),
        ratings={"goal": 3}, author=cast.alice, begun_at=clock.now(),
    )  # fmt: skip
    assert gaps(one, clock.today()).checked_on is None


def test_the_trend_of_many_counts_the_unanswered(cast: Cast, told: Pilot) -> None:
    today = FIRST + timedelta(days=28)
    with on(FIRST + timedelta(days=14)):
        pilot(cast.mona, "Silent", owner=cast.alice, stage="pilot")
        hidden = pilot(cast.mona, "Hidden", owner=cast.alice, stage="pilot", restricted=True)
        answer(hidden, "a", cast.alice, slug="walk")
    with on(today):
        trend = group_trend(cast.vera, Chosen(checklist="walk"), today)
        every = group_trend(cast.alice, Chosen(checklist="walk"), today)
    said = [(week.day, week.percent, week.pilots, week.answered) for week in trend.weeks]
    assert said == [
        (FIRST, 50.0, 1, 1), (FIRST + timedelta(days=7), 100.0, 1, 1),
        (FIRST + timedelta(days=14), 50.0, 2, 1), (FIRST + timedelta(days=21), 33.3, 2, 1),
        (today, 33.3, 2, 1),
    ]  # fmt: skip
    assert trend.changes == [(FIRST + timedelta(days=20), 2)]
    assert every.weeks[-1].pilots == 3


def test_the_trend_equals_the_score_days_of_each_evening(cast: Cast, told: Pilot) -> None:
    today = FIRST + timedelta(days=30)
    with on(today):
        weeks = group_trend(cast.vera, Chosen(checklist="walk"), today).weeks
    for week in weeks:
        last = ScoreDay.objects.filter(pilot=told, checklist="walk", day__lte=week.day)
        row = last.order_by("day").last()
        assert week.percent == (round(100 * row.met / row.total, 1) if row else 0)


def test_the_page_of_the_trend_answers_in_three_ways(cast: Cast, told: Pilot) -> None:
    with on(FIRST + timedelta(days=30)):
        page = get(cast.vera, "readiness-trend", list="walk")
        drawn = figure(get(cast.vera, "readiness-trend", list="walk", format="json"))
        file = get(cast.vera, "readiness-trend", list="walk", format="csv").content.decode()
    assert "Readiness over the last year" in page.content.decode()
    assert len(drawn["data"]) == 2  # one line for each version
    assert "version 2" in file
