from datetime import timedelta
from typing import Any

import pytest
import time_machine

from portfolio.actions import updates
from portfolio.models import Channel, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


def promise(cast: Cast, pilot: Pilot, days_ago: int, due_days_ago: int | None) -> None:
    step: dict[str, Any] = {} if due_days_ago is None else {"next_step_due": ago(due_days_ago)}
    with time_machine.travel(f"{ago(days_ago)}T12:00:00Z", tick=False):
        updates.post(
            pilot=pilot, by=cast.mona, channel=Channel.WEB, health="on_track",
            next_step="Ask security", **step,
        )  # fmt: skip


@pytest.mark.parametrize(("due", "expected"), [(0, False), (1, True), (-5, False), (None, False)])
def test_a_day_after_it_was_due(cast: Cast, due: int | None, expected: bool) -> None:
    pilot = settled(cast.mona)
    promise(cast, pilot, 5, due)
    sweep()
    assert ("NEXT_STEP_OVERDUE" in codes(pilot)) is expected


def test_only_the_last_promise_counts(cast: Cast) -> None:
    pilot = settled(cast.mona)
    promise(cast, pilot, 9, 4)
    sweep()
    assert flag(pilot, "NEXT_STEP_OVERDUE").since == ago(3)
    assert words(pilot, "NEXT_STEP_OVERDUE") == "Next step 4 days overdue: Ask security"
    promise(cast, pilot, 2, -5)
    sweep()
    assert "NEXT_STEP_OVERDUE" not in codes(pilot)
    sweep(DAY + timedelta(days=6))
    assert "NEXT_STEP_OVERDUE" in codes(pilot)
