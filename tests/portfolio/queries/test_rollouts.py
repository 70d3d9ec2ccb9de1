"""How far a rollout is, in words."""

from datetime import date, timedelta
from typing import Any

import pytest

from portfolio.queries.rollouts import WaveLine, progress, state

DAY = date(2026, 11, 20)


def wave(team: str, state: str, **values: Any) -> WaveLine:
    given: dict[str, Any] = {
        "id": 1, "team": team, "kind": "Full use", "shadow": False, "starts_on": None,
        "ends_on": None, "users": None, "feedback": "", "verdict": "", "verdict_label": "",
        "state": state, **values,
    }  # fmt: skip
    return WaveLine(**given)


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (None, None, "planned"), (1, None, "planned"), (0, None, "running"), (-9, 0, "running"),
        (-9, 5, "running"), (-9, -1, "over"), (3, 9, "planned"),
    ],
)  # fmt: skip
def test_where_a_wave_is(starts: int | None, ends: int | None, expected: str) -> None:
    days = [None if n is None else DAY + timedelta(days=n) for n in (starts, ends)]
    assert state(days[0], days[1], DAY) == expected


@pytest.mark.parametrize(
    ("waves", "expected"),
    [
        ([], "No wave is planned."),
        ([wave("Motor", "planned")], "0 of 1 wave is over."),
        (
            [wave("Motor", "over", users=40, verdict="continue"), wave("Home", "running", users=1)],
            "1 of 2 waves is over, Home is at work, 41 users so far.",
        ),
        (
            [wave("Motor", "over", users=1200, shadow=True), wave("A", "running"),
             wave("B", "running")],
            "1 of 3 waves is over, A and B are at work. 1 that is over had no verdict.",
        ),
        (
            [wave("Motor", "over", verdict="stop"), wave("Home", "over", verdict="fix")],
            "2 of 2 waves are over. After Motor the verdict was to stop.",
        ),
        (
            [wave("Motor", "over", verdict="fix"), wave("Home", "planned", users=9)],
            "1 of 2 waves is over. After Motor something has to be fixed first.",
        ),
    ],
)  # fmt: skip
def test_progress_in_words(waves: list[WaveLine], expected: str) -> None:
    assert progress(waves) == expected
