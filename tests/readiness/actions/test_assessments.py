"""The stored score is the counted one, also when days pass."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from common import clock
from portfolio.models import Event, Flag, Pilot
from portfolio.queries.history import headline
from readiness.access import get_item
from readiness.actions import assessments
from readiness.models import Answer, Assessment, ChecklistTemplate, ScoreDay
from readiness.queries import shares
from readiness.scoring import Share
from readiness.tasks import expire_answers
from tests.factories import Cast, pilot
from tests.factories.answers import answer


@pytest.fixture
def waived(cast: Cast) -> Pilot:
    """Two met items, one of them waived until tomorrow."""
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    answer(one, "latency", cast.alice)
    answer(one, "cost", cast.mona, "waived", note="x", until=clock.today() + timedelta(days=1))
    return one


def test_the_score_knows_when_it_runs_out(waived: Pilot) -> None:
    kept = Assessment.objects.get(checklist="production")
    assert (kept.met, kept.expires_on) == (2, clock.today() + timedelta(days=2))


def test_readers_count_anew_when_it_has_run_out(waived: Pilot) -> None:
    day = clock.today() + timedelta(days=1)
    assert shares.met_counts([waived.pk], day) == {waived.pk: Share(2, 10)}
    day += timedelta(days=1)
    assert shares.met_counts([waived.pk], day) == {waived.pk: Share(1, 10)}


def test_expiring_counts_only_what_is_due(cast: Cast, waived: Pilot) -> None:
    assert assessments.expire(as_of=clock.today()) == 0
    later = clock.today() + timedelta(days=2)
    assert assessments.expire(as_of=later) == 2  # on the full list as well
    kept = Assessment.objects.get(checklist="production")
    assert (kept.met, kept.expires_on) == (1, clock.today() + timedelta(days=181))
    assert assessments.expire(as_of=later) == 0


def test_the_task_may_run_twice(waived: Pilot) -> None:
    expire_answers()
    expire_answers()
    assert Assessment.objects.get(checklist="production").met == 2


def test_a_thousand_scores_take_as_many_statements_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pilots = [pilot(cast.mona, f"Pilot {n}") for n in range(12)]
    for number in (1, 12):
        ids = [one.pk for one in pilots[:number]]
        with django_assert_num_queries(9):  # seven and the savepoint around them
            assessments.reassess(ids, checklist="production")


def test_a_pilot_nobody_answered_for_is_at_nought(cast: Cast) -> None:
    one = pilot(cast.mona)
    assert shares.column([one.pk]) == {one.pk: "0/10"}


def test_the_database_counts_as_the_pure_core_does(cast: Cast) -> None:
    """Every combination of state, evidence and last day, written past the actions."""
    from readiness.scoring import is_met

    one, item, today = pilot(cast.mona), get_item("latency"), clock.today()
    days: list[date | None] = [None, *(today + timedelta(days=n) for n in (-1, 0, 1))]
    for state in Answer._meta.get_field("state").choices or []:
        for link in ("", "https://x.example/"):
            for day in days:
                if (state[0] == "verified" and not link) or (state[0] == "waived" and not day):
                    continue
                said = Answer.objects.create(
                    pilot=one, item=item, state=state[0], evidence_url=link, valid_until=day,
                    note="why", backed=bool(link), author=cast.alice, confirmed_by=cast.bob,
                    since=today, recorded_at=clock.now(),
                )  # fmt: skip
                assert Answer.objects.met(today).exists() is is_met(said, today), (state, day)
                said.delete()


def days_of(one: Pilot) -> list[tuple[int, int]]:
    """Days from today and what was met, of the ten."""
    rows = ScoreDay.objects.filter(pilot=one, checklist="production").order_by("day")
    return [((row.day - clock.today()).days, row.met) for row in rows]


def on(days: int) -> Any:
    return time_machine.travel((clock.today() + timedelta(days=days)).isoformat(), tick=False)


def test_each_missed_day_has_its_own_score(cast: Cast) -> None:
    """The worker was away for ten days, in which three answers ran out on two days."""
    one, today = pilot(cast.mona, owner=cast.alice, stage="pilot"), clock.today()
    answer(one, "latency", cast.alice, until=today + timedelta(days=1))
    answer(one, "security", cast.alice, until=today + timedelta(days=4))
    answer(one, "training", cast.alice, until=today + timedelta(days=4))
    answer(one, "alerting", cast.alice, until=today + timedelta(days=60))
    with on(10):
        expire_answers()
        expire_answers()
        found = days_of(one)
        kept = Assessment.objects.get(checklist="production")
        assert (kept.met, kept.expires_on) == (1, today + timedelta(days=61))
    assert found == [(-10, 4), (-8, 3), (-5, 1)]


def test_an_answer_after_downtime_counts_the_missed_days_first(cast: Cast) -> None:
    one, today = pilot(cast.mona, owner=cast.alice, stage="pilot"), clock.today()
    answer(one, "latency", cast.alice, until=today + timedelta(days=1))
    answer(one, "security", cast.alice, until=today + timedelta(days=3))
    with on(6):
        answer(one, "latency", cast.alice, note="Measured again")
        expire_answers()
        found = days_of(one)
    assert found == [(-6, 2), (-4, 1), (-2, 0), (0, 1)]


def test_what_ran_out_opens_flags_and_is_told_once(cast: Cast) -> None:
    one, today = pilot(cast.mona, owner=cast.alice, stage="pilot"), clock.today()
    answer(one, "latency", cast.alice, until=today)
    answer(one, "cost", cast.mona, "waived", note="x", until=today)
    with on(1):
        expire_answers()
        expire_answers()
        rules = Flag.objects.open().filter(pilot=one).values_list("rule", flat=True)
        assert {"EVIDENCE_EXPIRED", "WAIVER_EXPIRED"} <= set(rules)
        assert shares.column([one.pk]) == {one.pk: "0/10"}
    event = Event.objects.get(verb="readiness.expired")
    assert (event.actor, event.channel, event.pilot) == (None, "system", one)
    assert len(event.after["open_again"]) == 2
    assert get_item("latency").question in event.after["open_again"][0]
    assert "expired" not in headline("readiness.expired")


def test_scores_of_a_list_nobody_is_asked_any_more_stay(cast: Cast, waived: Pilot) -> None:
    ChecklistTemplate.objects.filter(slug="production").update(current=False)
    with on(5):
        expire_answers()
    assert Assessment.objects.get(checklist="production").met == 2
