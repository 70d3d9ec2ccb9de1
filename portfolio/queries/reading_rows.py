"""The readings of a pilot as rows of a file."""

from collections.abc import Iterator
from typing import Any

from common.numbers import bare
from portfolio.models import Reading

COLUMNS = (
    "metric", "on", "value", "unit", "part", "whole", "source", "note", "author", "recorded",
    "superseded", "reason",
)  # fmt: skip


def rows(pilot_id: int) -> Iterator[dict[str, Any]]:
    """Oldest first within each metric; one query, read in portions."""
    found = (
        Reading.objects.filter(metric__pilot=pilot_id)
        .select_related("metric", "author")
        .order_by("metric__name", "metric", "on", "id")
    )
    for one in found.iterator(chunk_size=1_000):
        yield {
            "metric": one.metric.name, "on": one.on, "value": bare(one.value),
            "unit": one.metric.unit, "part": one.part, "whole": one.whole, "source": one.source,
            "note": one.note, "author": one.author and one.author.email,
            "recorded": one.recorded_at.isoformat(timespec="seconds"),
            "superseded": one.superseded_at and one.superseded_at.isoformat(timespec="seconds"),
            "reason": one.superseded_reason,
        }  # fmt: skip
