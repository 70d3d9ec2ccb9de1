"""The page of one metric: every reading, also those that were wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from common.keyset import Order, Page, filter_hash, paginate
from common.numbers import plain, with_unit
from common.plots import Plot, over_time
from portfolio.catalog.presets import CURATED, PRESETS, RAW, Preset
from portfolio.models import Metric, Reading
from portfolio.queries.metric_lines import MetricLine, metric_lines
from portfolio.queries.raw_tests import TestLine, lines
from portfolio.scoring import shares

SIZE = 30
POINTS = 400  # readings in the drawing, the newest
LATEST = Order("-on", F("on"), "portfolio_reading_latest", date.fromisoformat, down=True)


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """`counts` and `interval` are of shares only; `struck` says when and why it was corrected."""

    id: int
    on: date
    words: str
    counts: str
    interval: str
    source: str
    note: str
    who: str
    recorded_at: datetime
    struck: datetime | None
    reason: str
    replaced: bool
    tested: bool


@dataclass(frozen=True)
class MetricPage:
    metric: Metric
    line: MetricLine
    preset: Preset | None
    plot: Plot | None
    top: str
    bottom: str
    readings: Page[ReadingRow]
    tests: tuple[TestLine, ...] = ()
    pair: bool = False


def metric_page(metric: Metric, *, as_of: date, cursor: str = "") -> MetricPage:
    """Three queries, one more for tests on raw records, whatever the number of readings."""
    (line,) = metric_lines(metric.pilot_id, as_of, only=metric.pk)
    newest = metric.readings.filter(superseded_at=None, on__lte=as_of).order_by("-on", "-id")
    points = list(newest.values_list("on", "value")[:POINTS])[::-1]
    plot = over_time(points, baseline=metric.baseline, target=metric.target, label=line.in_words)
    return MetricPage(
        metric=metric, line=line, preset=PRESETS.get(metric.preset), plot=plot,
        top=with_unit(plot.top, metric.unit) if plot else "",
        bottom=with_unit(plot.bottom, metric.unit) if plot else "",
        readings=readings(metric, cursor=cursor),
        tests=lines(metric.pilot_id) if metric.preset in (CURATED, RAW) else (),
        pair=metric.preset in (CURATED, RAW),
    )  # fmt: skip


def readings(metric: Metric, *, cursor: str = "") -> Page[ReadingRow]:
    """The newest readings first, those that were superseded among them. One query."""
    rows = Reading.objects.filter(metric=metric).values(
        "id", "on", "value", "part", "whole", "source", "note", "recorded_at", "superseded_at",
        "superseded_reason", "superseded_by", "raw_test", "author__name", "author__email",
    )  # fmt: skip
    page = paginate(
        rows, LATEST, cursor=cursor, filters=filter_hash({"metric": metric.pk}), size=SIZE
    )
    return page.with_rows([_row(row, metric.unit) for row in page.rows])


def _row(row: Mapping[str, Any], unit: str) -> ReadingRow:
    part, whole = row["part"], row["whole"]
    return ReadingRow(
        id=row["id"], on=row["on"], words=with_unit(row["value"], unit),
        counts=f"{part:,} of {whole:,}" if whole else "",
        interval=shares.wilson(part, whole).words if whole else "",
        source=row["source"], note=row["note"],
        who=row["author__name"] or row["author__email"] or "unknown",
        recorded_at=row["recorded_at"], struck=row["superseded_at"],
        reason=row["superseded_reason"], replaced=row["superseded_by"] is not None,
        tested=row["raw_test"] is not None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Theirs:
    """A field whose saved value differs from what somebody wanted to save."""

    label: str
    saved: str
    yours: str


def theirs(now: Metric, yours: Mapping[str, Any], names: Mapping[str, str]) -> list[Theirs]:
    """Both versions of the fields that differ."""
    return [
        Theirs(names.get(name, name), _said(getattr(now, name)), _said(value))
        for name, value in yours.items()
        if getattr(now, name) != value
    ]


def _said(value: Any) -> str:
    if value is None or value == "":
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, Decimal) else str(value)
