"""The stored score is the counted one, also when days pass."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from common import clock
from portfolio.models import Pilot
from readiness.actions import assessments
from readiness.models import Answer, Assessment
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
    from readiness.access import get_item
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
