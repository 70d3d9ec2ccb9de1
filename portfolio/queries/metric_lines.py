"""Success metrics with their latest readings."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, TextField
from django.db.models.functions import Cast, JSONObject

from portfolio.models import Direction, Metric, Reading
from portfolio.queries import labels

READINGS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ReadingLine:
    value: Decimal
    words: str
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class MetricLine:
    """`progress` is percent of the way from baseline to target, None when that has no meaning;
    `values` are the readings in the order of time."""

    id: int
    name: str
    unit: str
    latest: ReadingLine | None
    days_since: int | None
    overdue: bool
    baseline: str
    target: str
    goal: float | None
    due: date | None
    lower_is_better: bool
    progress: int | None
    values: tuple[float, ...]
    readings: tuple[ReadingLine, ...]


def metric_lines(pilot_id: int, as_of: date) -> tuple[MetricLine, ...]:
    """The open metrics of a pilot, each with its last readings: one query, one probe a metric."""
    latest = Reading.objects.filter(metric=OuterRef("pk"), on__lte=as_of).order_by("-on", "-id")
    found = JSONObject(value=Cast("value", TextField()), on="on", source="source")
    metrics = Metric.objects.filter(pilot=pilot_id, until=None).order_by("id")
    rows = metrics.annotate(latest=ArraySubquery(latest.values(found=found)[:READINGS_SHOWN]))
    return tuple(_line(metric, as_of) for metric in rows)


def _line(metric: Metric, as_of: date) -> MetricLine:
    readings = tuple(
        ReadingLine(
            Decimal(found["value"]), labels.number(Decimal(found["value"])),
            date.fromisoformat(found["on"]), found["source"],
        )
        for found in metric.latest  # type: ignore[attr-defined]
    )  # fmt: skip
    last = readings[0] if readings else None
    days = (as_of - last.on).days if last else (as_of - metric.since).days
    return MetricLine(
        id=metric.pk, name=metric.name, unit=metric.unit, latest=last,
        days_since=days if last else None, overdue=days > metric.cadence_days + 7,
        baseline=labels.number(metric.baseline) if metric.baseline is not None else "",
        target=labels.number(metric.target) if metric.target is not None else "",
        goal=float(metric.target) if metric.target is not None else None, due=metric.due,
        lower_is_better=metric.direction == Direction.DOWN,
        progress=progress(last.value if last else None, metric.baseline, metric.target),
        values=tuple(float(reading.value) for reading in reversed(readings)), readings=readings,
    )  # fmt: skip


def progress(value: Decimal | None, baseline: Decimal | None, target: Decimal | None) -> int | None:
    """Percent of the way from baseline to target, between 0 and 100; unknown stays unknown."""
    if value is None or baseline is None or target is None or baseline == target:
        return None
    way = (value - baseline) / (target - baseline)
    return max(0, min(100, int(way * 100)))
