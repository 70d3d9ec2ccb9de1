"""What one sees beside the form of an update: the facts, and the draft of a note."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.text import whole
from portfolio.flags.health import Computed, computed
from portfolio.models import ENDED_STAGES, Health, Pilot, Update
from portfolio.queries.flags import OpenFlag, open_flags
from portfolio.queries.metric_lines import MetricLine, metric_lines
from portfolio.queries.news import News, news


@dataclass(frozen=True)
class Desk:
    """`last` is the last update that stands; `flags` are those that speak."""

    last: Update | None
    flags: tuple[OpenFlag, ...]
    metrics: tuple[MetricLine, ...]
    computed: Computed[OpenFlag]
    news: News
    active: bool
    initial: Mapping[str, Any]


def desk(pilot: Pilot, as_of: date) -> Desk:
    """The desk of a pilot that came through `get_pilot`. Five queries."""
    standing = pilot.updates.select_related("author").standing()
    last = standing.order_by("-posted_at", "-pk").first()
    flags = open_flags([pilot.pk], as_of)[pilot.pk]
    initial: dict[str, Any] = {}
    if last and last.next_step_due and last.next_step_due >= as_of:
        # Still to come: it stays the next step unless one says otherwise.
        initial = {"next_step": last.next_step, "next_step_due": last.next_step_due}
    return Desk(
        last=last, flags=tuple(flag for flag in flags if not flag.snoozed),
        metrics=metric_lines(pilot.pk, as_of), computed=computed(flags),
        news=news(pilot.pk, last.posted_at if last else None),
        active=pilot.stage not in ENDED_STAGES, initial=initial,
    )  # fmt: skip


def taken_back(pilot: Pilot, author_id: int, number: str) -> dict[str, Any]:
    """What stood in one's own update that was taken back, to go on with; {} when there is none."""
    own = Update.objects.filter(pilot=pilot, author=author_id, pk=whole(number) or 0)
    update = own.exclude(taken_back_at=None).first()
    if update is None:
        return {}
    kept = ("health", "note", "next_step", "next_step_due", "blocker")
    return {name: getattr(update, name) for name in kept}


def posted_words(update: Update) -> str:
    return f"Update of {update.pilot.ref} posted: {Health(update.health).label.lower()}."
