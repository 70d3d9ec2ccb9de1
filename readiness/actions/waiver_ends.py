"""Requests for waivers that nobody has to answer any more: their question counts, or the pilot has
ended. They end with the change that made them needless, in its transaction."""

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import User
from common import clock
from portfolio.actions import events
from portfolio.models import Channel
from portfolio.models.stage import ENDED_STAGES
from readiness.models import Answer, WaiverRequest, WaiverState
from readiness.scoring import is_met

ANSWERED = "The question was answered."
PILOT_ENDED = "The pilot ended."
TOO_LATE = "Nobody answered before the day that was asked for."


def when_answered(answer: Answer, *, by: User, channel: str) -> None:
    """The question counts now, so that no waiver is needed. An answer that is not good enough
    leaves the request as it is."""
    if is_met(answer, clock.today()):
        rows = WaiverRequest.objects.filter(pilot=answer.pilot_id, key=answer.key)
        end(rows.filter(state=WaiverState.WAITING), ANSWERED, by=by, channel=channel)


def when_pilots_change(pilots: Sequence[int], as_of: date) -> None:
    """Nothing is waived for a pilot that has ended. One query while nothing waits."""
    rows = WaiverRequest.objects.filter(pilot__in=pilots, state=WaiverState.WAITING)
    end(rows.filter(pilot__stage__in=ENDED_STAGES), PILOT_ENDED, by=None, channel=Channel.SYSTEM)


def end(rows: Iterable[WaiverRequest], why: str, *, by: User | None, channel: str) -> None:
    """These are not needed any more, for a reason; each leaves its event."""
    for row in rows:
        row.state, row.answer = WaiverState.ENDED, why
        row.settled_at, row.settled_by = clock.now(), by
        row.save(update_fields=["state", "answer", "settled_at", "settled_by"])
        events.record(
            verb="waiver.ended", by=by, channel=channel, pilot=row.pilot,
            before={"question": row.item.question, "asked_by": row.asked_by}, reason=why,
        )  # fmt: skip
