import pytest

from portfolio.actions import pilots, stages
from portfolio.models import Channel
from tests.factories import CHARTER, Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


@pytest.mark.parametrize(("days", "expected"), [(0, False), (1, True), (20, True)])
def test_the_day_itself_is_still_in_time(cast: Cast, days: int, expected: bool) -> None:
    pilot = settled(cast.mona, decide_by=ago(days))
    sweep()
    assert ("DECISION_OVERDUE" in codes(pilot)) is expected


def test_it_counts_from_the_day_after(cast: Cast) -> None:
    pilot = settled(cast.mona, decide_by=ago(9))
    assert flag(pilot, "DECISION_OVERDUE").since == ago(8)
    assert words(pilot, "DECISION_OVERDUE") == "Decision overdue by 9 days"


def test_another_day_or_a_decision_clears_it(cast: Cast) -> None:
    first, second = (
        settled(cast.mona, name, decide_by=ago(9), **CHARTER) for name in ("One", "Two")
    )
    pilots.edit(pilot=first, by=cast.mona, channel=Channel.WEB, decide_by=DAY)
    stages.change(pilot=second, by=cast.mona, channel=Channel.WEB, stage="production", decided=True)
    assert "DECISION_OVERDUE" not in codes(first) | codes(second)


def test_what_has_shipped_is_decided(cast: Cast) -> None:
    pilot = settled(cast.mona, stage="production", decide_by=ago(9))
    assert "DECISION_OVERDUE" not in codes(pilot)
