"""Tests on raw records, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from common.numbers import plain, rounded
from portfolio.models import RawTest
from portfolio.scoring import shares

SHOWN = 20


@dataclass(frozen=True, slots=True)
class TestLine:
    """Scores in percent with their intervals at 95 %; `why` is why it does not pass."""

    id: int
    on: date
    raw: str
    raw_interval: str
    curated: str
    curated_interval: str
    gap: str
    passes: bool
    why: str
    source: str
    note: str
    who: str
    struck: datetime | None
    reason: str


FIELDS = ("id", "on", "raw_right", "raw_sample", "curated_right", "curated_sample", "random",
          "unprocessed")  # fmt: skip


def latest() -> QuerySet[RawTest, Any]:
    """For a Subquery on metrics: the last test of the pilot that counts, as JSON."""
    tests = RawTest.objects.filter(pilot=OuterRef("pilot"), superseded_at=None)
    found = JSONObject(**{name: name for name in FIELDS})
    return tests.order_by("-on", "-id").values(found=found)[:1]


def lines(pilot_id: int) -> tuple[TestLine, ...]:
    """The newest tests of a pilot, those taken out among them. One query."""
    tests = RawTest.objects.filter(pilot=pilot_id).select_related("author").order_by("-on", "-id")
    return tuple(
        line(
            {name: getattr(test, name) for name in FIELDS}, source=test.source, note=test.note,
            who=str(test.author or "unknown"), struck=test.superseded_at,
            reason=test.superseded_reason,
        )
        for test in tests[:SHOWN]
    )  # fmt: skip


def line(
    row: Mapping[str, Any], *, source: str = "", note: str = "", who: str = "",
    struck: datetime | None = None, reason: str = "",
) -> TestLine:  # fmt: skip
    """A test as read; `row` may come out of JSON."""
    on = row["on"] if isinstance(row["on"], date) else date.fromisoformat(row["on"])
    raw, curated = (row["raw_right"], row["raw_sample"]), (
        row["curated_right"], row["curated_sample"],
    )  # fmt: skip
    gap = shares.percent(*curated) - shares.percent(*raw)
    why = ", ".join(reasons(row))
    return TestLine(
        id=row["id"], on=on, raw=_score(raw), raw_interval=shares.wilson(*raw).words,
        curated=_score(curated), curated_interval=shares.wilson(*curated).words,
        gap=gap_words(plain(rounded(abs(gap))), gap > 0), passes=not why, why=why, source=source,
        note=note, who=who, struck=struck, reason=reason,
    )  # fmt: skip


def gap_words(points: str, less: bool) -> str:
    if points == "0":
        return "as good on raw data as on curated data"
    unit = "point" if points == "1" else "points"
    return f"{points} {unit} {'less' if less else 'more'} on raw data than on curated data"


def reasons(row: Mapping[str, Any]) -> list[str]:
    """What keeps a test from passing (source map E07)."""
    return [
        *([f"only {row['raw_sample']:,} records"] if row["raw_sample"] < RawTest.ENOUGH else []),
        *([] if row["random"] else ["not drawn at random"]),
        *([] if row["unprocessed"] else ["prepared before"]),
    ]


def _score(counts: tuple[int, int]) -> str:
    part, whole = counts
    return f"{plain(rounded(shares.percent(part, whole)))} % ({part:,} of {whole:,})"
