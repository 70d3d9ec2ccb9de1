"""How mails about accounts fare, for the administrators' status page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Letter, LetterState

RECENT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Letters:
    """`failed` counts two weeks; `reason` is what the mail server last said, or ""."""

    waiting: int
    failed: int
    reason: str


def letters_now(now: datetime) -> Letters:
    """Three short queries."""
    waiting = Letter.objects.filter(state__in=(LetterState.PLANNED, LetterState.SENDING))
    failed = Letter.objects.filter(state=LetterState.FAILED, planned_at__gte=now - RECENT)
    troubled = (waiting | failed).exclude(reason="").order_by("-pk")
    return Letters(
        waiting=waiting.count(),
        failed=failed.count(),
        reason=troubled.values_list("reason", flat=True).first() or "",
    )
