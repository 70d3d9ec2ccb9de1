from datetime import timedelta

import pytest
import time_machine

from portfolio.actions import model_uses
from portfolio.models import Channel, ModelUse, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, codes, flag, settled, sweep, words

WEB = Channel.WEB


def using(cast: Cast, days: int, name: str = "GPT-4o") -> tuple[Pilot, ModelUse]:
    """A pilot on DAY whose model is retired so many days later."""
    pilot = Pilot.objects.first() or settled(cast.mona)
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False):
        use = model_uses.add(
            pilot=pilot, by=cast.mona, channel=WEB, vendor="OpenAI", name=name, version="2024-05",
            retires_on=DAY + timedelta(days=days),
        )  # fmt: skip
    return pilot, use


@pytest.mark.parametrize(
    ("days", "severity"),
    [(91, ""), (90, "M"), (31, "M"), (30, "H"), (0, "H"), (-5, "H")],
)
def test_medium_at_90_days_and_high_at_30(cast: Cast, days: int, severity: str) -> None:
    pilot, _ = using(cast, days)
    sweep()
    if severity:
        assert flag(pilot, "MODEL_RETIRING").severity == severity
    else:
        assert "MODEL_RETIRING" not in codes(pilot)


def test_an_open_flag_grows_heavier(cast: Cast) -> None:
    pilot, _ = using(cast, 60)
    sweep()
    first = flag(pilot, "MODEL_RETIRING")
    sweep(DAY + timedelta(days=30))
    now = flag(pilot, "MODEL_RETIRING")
    assert (first.severity, now.severity, now.pk, now.since) == ("M", "H", first.pk, first.since)


def test_the_one_retired_first_speaks_and_ending_it_clears(cast: Cast) -> None:
    pilot, late = using(cast, 60, "Claude")
    _, soon = using(cast, 12)
    sweep()
    assert words(pilot, "MODEL_RETIRING") == "“GPT-4o 2024-05” is retired in 12 days"
    passed = words(pilot, "MODEL_RETIRING", DAY + timedelta(days=14))
    assert passed == "“GPT-4o 2024-05” was retired 2 days ago"
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False):
        model_uses.end(use=soon, by=cast.mona, channel=WEB)
        assert words(pilot, "MODEL_RETIRING") == "“Claude 2024-05” is retired in 60 days"
        model_uses.end(use=late, by=cast.mona, channel=WEB)
    assert "MODEL_RETIRING" not in codes(pilot)
