from decimal import Decimal

import pytest

from portfolio.actions import metrics
from portfolio.models import Channel, Metric
from tests.factories import Cast
from tests.portfolio.flag_rules.measured import measured
from tests.portfolio.flags.made import DAY, codes, words


@pytest.mark.parametrize(("days", "expected"), [(37, False), (38, True)])
def test_a_metric_that_was_never_read(cast: Cast, days: int, expected: bool) -> None:
    assert ("READING_OVERDUE" in codes(measured(cast, days))) is expected


def test_the_metric_that_waits_longest_speaks(cast: Cast) -> None:
    measured(cast, 100, "Minutes", cadence_days=90)
    pilot = measured(cast, 60, "Errors", cadence_days=7)
    assert words(pilot, "READING_OVERDUE") == "No reading of “Errors” for 60 days"
    errors, minutes = Metric.objects.get(name="Errors"), Metric.objects.get(name="Minutes")
    read = {"by": cast.mona, "channel": Channel.WEB, "value": Decimal(1), "on": DAY}
    metrics.read(metric=errors, **read)  # type: ignore[arg-type]
    assert words(pilot, "READING_OVERDUE") == "No reading of “Minutes” for 100 days"
    metrics.read(metric=minutes, **read)  # type: ignore[arg-type]
    assert "READING_OVERDUE" not in codes(pilot)
