"""CHECK_90D: the check 90 days after launch is overdue."""

from datetime import timedelta

from portfolio.models import Pilot
from tests.factories import Cast
from tests.factories.aftercare import check, on
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words

CODE = "CHECK_90D"


def launched(cast: Cast, days: int) -> Pilot:
    with on(ago(days)):
        one = settled(cast.mona, stage="production", stage_since=ago(days))
    sweep()
    return one


def test_it_speaks_a_week_after_its_day(cast: Cast) -> None:
    early = launched(cast, 90 + 7)
    assert CODE not in codes(early)
    late = launched(cast, 90 + 8)
    assert CODE in codes(late)
    assert flag(late, CODE).since == DAY
    assert words(late, CODE) == "Nobody has checked it 90 days after launch; due 8 days ago"


def test_the_check_clears_it_at_once(cast: Cast) -> None:
    one = launched(cast, 90 + 30)
    assert CODE in codes(one)
    with on(DAY):
        check(one, cast.mona, 90, result="degraded")
    assert CODE not in codes(one)


def test_a_check_made_later_was_open_before(cast: Cast) -> None:
    one = launched(cast, 90 + 30)
    with on(DAY):
        check(one, cast.mona, 90)
    sweep(DAY - timedelta(1))
    assert CODE in codes(one)


def test_it_is_about_production_alone(cast: Cast) -> None:
    one = launched(cast, 90 + 30)
    for stage in ("retired", "pilot"):
        Pilot.objects.filter(pk=one.pk).update(stage=stage)
        sweep()
        assert CODE not in codes(one)
