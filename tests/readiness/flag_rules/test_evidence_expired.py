"""EVIDENCE_EXPIRED: what counted until a day that has passed."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from portfolio.models import Pilot
from tests.factories import Cast
from tests.factories.answers import answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words

RULES = {"EVIDENCE_EXPIRED", "WAIVER_EXPIRED"}


def on(day: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(12), UTC), tick=False)


def found(pilot: Pilot) -> set[str]:
    sweep()
    return codes(pilot) & RULES


@pytest.mark.parametrize(("last", "expected"), [(ago(0), set()), (ago(1), {"EVIDENCE_EXPIRED"})])
def test_evidence_counts_on_its_last_day(cast: Cast, last: date, expected: set[str]) -> None:
    one = settled(cast.mona, stage="poc")
    with on(ago(30)):
        answer(one, "latency", cast.mona, until=last)
    assert found(one) == expected


def test_it_names_the_item_and_the_day_after_the_last(cast: Cast) -> None:
    one = settled(cast.mona)
    with on(ago(30)):
        answer(one, "latency", cast.mona, until=ago(5))
    assert found(one) == {"EVIDENCE_EXPIRED"}
    assert flag(one, "EVIDENCE_EXPIRED").since == ago(4)
    said = words(one, "EVIDENCE_EXPIRED")
    assert said == "Evidence ran out: Is it fast enough for the person who waits?"
    with on(ago(30)):
        answer(one, "training", cast.mona, until=ago(9))
    sweep()
    assert words(one, "EVIDENCE_EXPIRED") == "Evidence of 2 readiness items ran out"


@pytest.mark.parametrize("state", ["attested", "open"])
def test_a_new_answer_clears_it_at_once(cast: Cast, state: str) -> None:
    one = settled(cast.mona)
    with on(ago(30)):
        answer(one, "latency", cast.mona, until=ago(5))
    assert found(one) == {"EVIDENCE_EXPIRED"}
    with on(DAY):
        answer(
            one, "latency", cast.mona, state, link="https://new.example" if state != "open" else ""
        )
    assert codes(one) & RULES == set()


def test_a_pilot_that_ended_is_left_alone(cast: Cast) -> None:
    one = settled(cast.mona, stage="pilot")
    with on(ago(30)):
        answer(one, "latency", cast.mona, until=ago(5))
    Pilot.objects.filter(pk=one.pk).update(stage="stopped")
    assert found(one) == set()
