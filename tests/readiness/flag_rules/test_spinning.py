"""SPINNING: twice in a row nobody could tell whether it is useful."""

from datetime import date

import pytest

from portfolio.actions import flags
from portfolio.models import Pilot
from tests.factories import Cast
from tests.factories.aftercare import attest, on
from tests.portfolio.flags.made import DAY, codes, flag, settled, sweep, words

CODE = "SPINNING"
BEGUN = date(2026, 1, 1)
JULY, AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (7, 8, 9, 10))


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return settled(cast.mona, stage="pilot", stage_since=BEGUN)


def say(one: Pilot, cast: Cast, **months: str) -> set[str]:
    days = {"july": JULY, "august": AUGUST, "september": SEPTEMBER, "october": OCTOBER}
    with on(DAY):
        for name, verdict in months.items():
            attest(one, days[name], cast.mona, verdict)
    sweep()
    return codes(one)


def test_two_unknown_in_a_row_raise_it(cast: Cast, one: Pilot) -> None:
    assert CODE not in say(one, cast, september="unknown")
    assert CODE in say(one, cast, october="unknown")
    assert flag(one, CODE).since == date(2026, 11, 1)
    said = "Asked 2 times in a row, nobody can tell whether it is useful"
    assert words(one, CODE) == said


def test_silence_neither_counts_nor_interrupts(cast: Cast, one: Pilot) -> None:
    assert CODE in say(one, cast, july="unknown", october="unknown")


def test_a_word_between_interrupts(cast: Cast, one: Pilot) -> None:
    assert CODE not in say(one, cast, august="unknown", september="useful", october="unknown")


@pytest.mark.parametrize("verdict", ["useful", "not_useful"])
def test_a_correction_clears_it_at_once(cast: Cast, one: Pilot, verdict: str) -> None:
    assert CODE in say(one, cast, august="useful", september="unknown", october="unknown")
    with on(DAY):
        attest(one, OCTOBER, cast.mona, verdict)
    assert CODE not in codes(one)


def test_more_of_them_count_and_keep_the_since(cast: Cast, one: Pilot) -> None:
    say(one, cast, july="unknown", august="unknown", september="unknown")
    found = flag(one, CODE)
    assert (found.facts["unknown"], found.since) == (3, SEPTEMBER)


def test_the_limit_is_how_many(cast: Cast, one: Pilot) -> None:
    flags.set_limit(rule=CODE, limit=3, by=cast.ada, channel="web")
    assert CODE not in say(one, cast, september="unknown", october="unknown")
    assert CODE in say(one, cast, august="unknown")


def test_the_idea_and_the_end_are_left_alone(cast: Cast, one: Pilot) -> None:
    assert CODE in say(one, cast, september="unknown", october="unknown")
    for stage in ("poc", "stopped"):
        Pilot.objects.filter(pk=one.pk).update(stage=stage)
        sweep()
        assert CODE not in codes(one)
