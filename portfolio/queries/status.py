"""What the background work has done lately, for the administrators' status page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max

from portfolio.models import SweepRun
from portfolio.models.digest import Digest, DigestState
from portfolio.models.imports import WORKING, ImportRun, ImportState

RECENT = timedelta(days=14)
TROUBLED = (DigestState.FAILED, DigestState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class RuleCount:
    rule: str
    opened: int
    closed: int
    open: int


@dataclass(frozen=True)
class Work:
    """Times are None when it never happened; `mails` counts recent digests by state."""

    sweep_at: datetime | None
    sweep_seconds: float
    sweep: tuple[RuleCount, ...]
    digest_at: datetime | None
    mails: tuple[tuple[str, int], ...]
    troubled: int
    waiting_mails: int
    waiting_imports: int
    failed_imports: int


def work(now: datetime) -> Work:
    """Four queries."""
    run = SweepRun.objects.exclude(finished_at=None).order_by("-pk").first()
    seconds = (run.finished_at - run.started_at).total_seconds() if run and run.finished_at else 0
    digests = Digest.objects.all()
    states = dict(
        digests.filter(due_at__gte=now - RECENT)
        .values_list("state")
        .annotate(n=Count("pk"))
        .order_by("state")
    )
    imports = dict(ImportRun.objects.values_list("state").annotate(n=Count("pk")).order_by("state"))
    return Work(
        sweep_at=run.finished_at if run else None,
        sweep_seconds=seconds,
        sweep=tuple(
            RuleCount(rule, counts["opened"], counts["closed"], counts["open"])
            for rule, counts in sorted((run.counts if run else {}).items())
        ),
        digest_at=digests.aggregate(at=Max("sent_at"))["at"],
        mails=tuple((DigestState(state).label, n) for state, n in states.items()),
        troubled=sum(states.get(state, 0) for state in TROUBLED),
        waiting_mails=sum(
            states.get(state, 0)
            for state in (DigestState.PLANNED, DigestState.CLAIMED, DigestState.SENDING)
        ),
        waiting_imports=sum(n for state, n in imports.items() if state in WORKING),
        failed_imports=imports.get(ImportState.FAILED, 0),
    )
