"""WAIVER_EXPIRED: a waiver is over, and it is not called evidence."""

from datetime import UTC, date, datetime, time, timedelta

import time_machine

from tests.factories import Cast
from tests.factories.answers import answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words

RULES = {"EVIDENCE_EXPIRED", "WAIVER_EXPIRED"}


def on(day: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(12), UTC), tick=False)


def test_a_waiver_is_a_finding_of_its_own(cast: Cast) -> None:
    one = settled(cast.mona, stage="pilot")
    with on(ago(30)):
        answer(one, "cost", cast.ed, "waived", note="Small", until=ago(2), link="")
    sweep()
    assert codes(one) & RULES == {"WAIVER_EXPIRED"}
    assert flag(one, "WAIVER_EXPIRED").since == ago(1)
    assert words(one, "WAIVER_EXPIRED") == (
        "Waiver ran out: Has finance agreed to the cost at full volume?"
    )


def test_another_waiver_clears_it(cast: Cast) -> None:
    one = settled(cast.mona, stage="pilot")
    with on(ago(30)):
        answer(one, "cost", cast.ed, "waived", note="Small", until=ago(2), link="")
    sweep()
    with on(DAY):
        later = DAY + timedelta(days=30)
        answer(one, "cost", cast.ed, "waived", note="Still small", until=later, link="")
    assert codes(one) & RULES == set()
