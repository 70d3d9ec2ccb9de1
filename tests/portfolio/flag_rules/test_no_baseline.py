from decimal import Decimal

from portfolio.models import Metric
from tests.factories import Cast
from tests.portfolio.flag_rules.measured import measured
from tests.portfolio.flags.made import ago, codes, flag, sweep, words


def test_a_metric_without_a_baseline(cast: Cast) -> None:
    pilot = measured(cast, 5)
    assert flag(pilot, "NO_BASELINE").since == ago(5)
    assert words(pilot, "NO_BASELINE") == "A metric without a baseline"
    Metric.objects.update(baseline=Decimal(0))
    sweep()
    assert "NO_BASELINE" not in codes(pilot)


def test_several_metrics_without_a_baseline(cast: Cast) -> None:
    measured(cast, 5)
    pilot = measured(cast, 3, "Errors")
    assert words(pilot, "NO_BASELINE") == "2 metrics without a baseline"
