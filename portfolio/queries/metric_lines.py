"""Success metrics with their latest readings."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, Func, JSONField, OuterRef, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast

from common.numbers import plain, with_unit
from portfolio.catalog.presets import RAW
from portfolio.models import Direction, Metric, Reading, ValuePer
from portfolio.queries import labels, raw_tests
from portfolio.scoring import measures

READINGS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ReadingLine:
    value: Decimal
    words: str
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class MetricLine:
    """`progress` is percent of the way from baseline to target between 0 and 100, for a bar; None
    when nobody can say, and `way` says why, or the real number. `held` is whether the target is;
    `values` are the readings in the order of time."""

    id: int
    name: str
    unit: str
    preset: str
    technical: bool
    value_per: str
    latest: ReadingLine | None
    days_since: int | None
    overdue: bool
    baseline: str
    target: str
    goal: float | None
    due: date | None
    cadence_days: int
    lower_is_better: bool
    progress: int | None
    way: str
    changed: str
    held: bool | None
    vague: str
    values: tuple[float, ...]
    readings: tuple[ReadingLine, ...]
    until: date | None = None
    test: raw_tests.TestLine | None = None

    @property
    def in_words(self) -> str:
        """The sparkline for who does not see it."""
        latest = self.latest
        if latest is None:
            return f"{self.name}: no reading yet."
        first = self.readings[-1]
        said = f"{self.name}: {latest.words} on {labels.day(latest.on)}"
        if len(self.readings) > 1:
            said += f", {first.words} on {labels.day(first.on)}; {len(self.readings)} readings"
        return said + (f"; target {self.target}" if self.target else "") + "."

    @property
    def verdict(self) -> str:
        if self.held is None:
            return ""
        return "on target" if self.held else "not on target"


def metric_lines(
    pilot_id: int, as_of: date, *, ended: bool = False, only: int | None = None
) -> tuple[MetricLine, ...]:
    """The open metrics of a pilot, each with its last readings: one query, one probe a metric.

    With `ended` those that are not measured any more stand behind them; `only` is one of either.
    """
    metrics = Metric.objects.filter(pilot=pilot_id)
    if only is not None:
        metrics = metrics.filter(pk=only)
    elif not ended:
        metrics = metrics.filter(until=None)
    found = with_readings(metrics, as_of).order_by("id")
    lines = [_line(metric, as_of) for metric in found]
    return tuple(sorted(lines, key=lambda line: line.until is not None))


class _Row(Func):
    function = "json_build_array"
    output_field = TextField()


class _Rows(Subquery):
    """All rows as one JSON text: read in one go, where an array of objects is read one by one."""

    template = "(SELECT coalesce(json_agg(r.found), '[]')::text FROM (%(subquery)s) r)"
    output_field = JSONField()


def with_readings(metrics: QuerySet[Metric], as_of: date) -> QuerySet[Metric]:
    """Annotated with `latest`: value, day and source of the readings that count, newest first."""
    latest = Reading.objects.filter(
        metric=OuterRef("pk"), on__lte=as_of, superseded_at=None
    ).order_by("-on", "-id")
    found = _Row(Cast("value", TextField()), F("on"), F("source"))
    tested = Subquery(raw_tests.latest(), output_field=JSONField())
    return metrics.annotate(
        latest=_Rows(latest.values(found=found)[:READINGS_SHOWN]),
        tested=Case(When(preset=RAW, then=tested), default=None, output_field=JSONField()),
    )


def _line(metric: Metric, as_of: date) -> MetricLine:
    readings = tuple(_reading(found, metric.unit) for found in metric.latest)  # type: ignore[attr-defined]
    last = readings[0] if readings else None
    days = (as_of - last.on).days if last else (as_of - metric.since).days
    value = last.value if last else None
    tested = metric.tested  # type: ignore[attr-defined]
    way = measures.progress(value, metric.baseline, metric.target)
    return MetricLine(
        id=metric.pk, name=metric.name, unit=metric.unit, preset=metric.preset,
        technical=metric.technical,
        value_per=ValuePer(metric.value_per).label if metric.value_per else "",
        latest=last, days_since=days if last else None,
        overdue=metric.until is None and measures.overdue(days, metric.cadence_days),
        baseline=plain(metric.baseline) if metric.baseline is not None else "",
        target=plain(metric.target) if metric.target is not None else "",
        goal=float(metric.target) if metric.target is not None else None, due=metric.due,
        cadence_days=metric.cadence_days, lower_is_better=metric.direction == Direction.DOWN,
        progress=way.bar, way=way.words, changed=measures.change_words(value, metric.baseline),
        held=measures.on_target(value, metric.target, metric.direction),
        vague=measures.vague(metric.unit, metric.target),
        values=tuple(float(reading.value) for reading in reversed(readings)), readings=readings,
        until=metric.until, test=raw_tests.line(tested) if tested else None,
    )  # fmt: skip


def _reading(found: tuple[str, str, str], unit: str) -> ReadingLine:
    value, on, source = Decimal(found[0]), date.fromisoformat(found[1]), found[2]
    return ReadingLine(value, with_unit(value, unit), on, source)
