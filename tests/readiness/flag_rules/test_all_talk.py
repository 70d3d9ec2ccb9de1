"""ALL_TALK: three cheerful updates, and nothing beside them."""

from datetime import UTC, datetime, time
from decimal import Decimal

import time_machine

from portfolio.actions import metrics, updates
from portfolio.models import Channel, Pilot
from portfolio.queries import labels
from tests.factories import Cast
from tests.factories.answers import answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


def on(days: int) -> time_machine.travel:
    return time_machine.travel(datetime.combine(ago(days), time(12), UTC), tick=False)


def talked(cast: Cast, *healths: str, stage: str = "pilot") -> Pilot:
    """An update a week, the last of them today."""
    with on(30):
        pilot = settled(cast.mona, stage=stage, stage_since=ago(30))
    for number, health in enumerate(healths):
        with on(7 * (len(healths) - number - 1)):
            updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health=health)
    return pilot


GREEN = ("on_track",) * 3


def test_three_green_updates_and_nothing_else(cast: Cast) -> None:
    pilot = talked(cast, "at_risk", *GREEN)
    sweep()
    assert flag(pilot, "ALL_TALK").since == DAY
    assert words(pilot, "ALL_TALK").startswith(
        f"Three updates on track since {labels.day(ago(14))}"
    )


def test_two_are_not_three_and_one_that_is_not_green_is_honest(cast: Cast) -> None:
    for healths in (GREEN[:2], ("on_track", "at_risk", "on_track"), (*GREEN, "at_risk")):
        pilot = talked(cast, *healths)
        sweep()
        assert "ALL_TALK" not in codes(pilot), healths


def test_one_taken_back_does_not_count(cast: Cast) -> None:
    pilot = talked(cast, *GREEN[:2])
    with on(0):
        said = updates.post(pilot=pilot, by=cast.mona, channel=Channel.WEB, health="on_track")
        assert "ALL_TALK" in codes(pilot)
        updates.take_back(update=said, by=cast.mona, channel=Channel.WEB)
        assert "ALL_TALK" not in codes(pilot)


def test_a_reading_clears_it(cast: Cast) -> None:
    pilot = talked(cast, *GREEN)
    with on(0):
        metric = metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name="Minutes")
        assert "ALL_TALK" in codes(pilot)
        metrics.read(metric=metric, by=cast.mona, channel=Channel.WEB, value=Decimal(3), on=ago(20))
        assert "ALL_TALK" in codes(pilot)
        metrics.read(metric=metric, by=cast.mona, channel=Channel.WEB, value=Decimal(3))
    assert "ALL_TALK" not in codes(pilot)


def test_evidence_clears_it(cast: Cast) -> None:
    pilot = talked(cast, *GREEN)
    sweep()
    assert "ALL_TALK" in codes(pilot)
    with on(0):
        answer(pilot, "latency", cast.mona)
        sweep()
    assert "ALL_TALK" not in codes(pilot)


def test_an_idea_may_talk(cast: Cast) -> None:
    pilot = talked(cast, *GREEN, stage="idea")
    sweep()
    assert "ALL_TALK" not in codes(pilot)
