"""Pilots with metrics and readings of certain days before DAY."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portfolio.models import Metric, Pilot, Reading
from tests.portfolio.flags.made import ago

RECORDED = datetime(2026, 11, 1, tzinfo=UTC)


def metric(pilot: Pilot, name: str, *values: str, days: int = 5, **fields: Any) -> Metric:
    """A metric begun 100 days ago, read daily; the last of `values` was read `days` ago."""
    one = Metric.objects.create(**{"pilot": pilot, "name": name, "since": ago(100)} | fields)
    for place, value in enumerate(reversed(values)):
        Reading.objects.create(
            metric=one, value=Decimal(value), on=ago(days + place), recorded_at=RECORDED
        )
    return one


def pair(pilot: Pilot, curated: str, raw: str, *, days: int = 5) -> tuple[Metric, Metric]:
    return (
        metric(pilot, "Curated", curated, preset="accuracy_curated", days=days + 10),
        metric(pilot, "Raw", raw, preset="accuracy_raw", days=days),
    )
