"""Waivers that are asked for: somebody of the pilot asks, a manager or executive answers.

Whoever may waive a question does so with an answer (`readiness.actions.answers`); the others ask.
Who asks and who grants are different people.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events
from portfolio.actions.pilots import locked
from portfolio.models import Pilot
from portfolio.models.stage import ENDED_STAGES
from readiness.access import may_waive
from readiness.actions import answers, waiver_ends
from readiness.models import Answer, ChecklistItem, WaiverRequest, WaiverState

LONGEST = 5_000  # characters of a reason
SETTLED = {
    WaiverState.GRANTED: "granted it", WaiverState.DECLINED: "declined it",
    WaiverState.WITHDRAWN: "took it back",
}  # fmt: skip


@transaction.atomic
def ask(
    *, pilot: Pilot, item: ChecklistItem, by: User, channel: str, reason: str,
    until: date | None, token: UUID | None = None,
) -> WaiverRequest:  # fmt: skip
    """Ask that the item be waived until a day, its last. It counts only once it is granted.

    One waits per question. A form that is sent twice carries the same `token` and asks once.
    """
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers ask for a waiver.")
    again = WaiverRequest.objects.filter(token=token).first() if token else None
    if again and (again.pilot_id, again.key, again.asked_by_id) == (pilot.pk, item.key, by.pk):
        return again
    if pilot.stage in ENDED_STAGES:
        raise Refused(f"{pilot.ref} has ended; nothing is waived for it any more.")
    reason = _words(reason, field="reason")
    if not reason:
        raise Refused("Say why it should be waived.", field="reason")
    last = _last_day(until)
    _check_needed(pilot, item, by, channel)
    found = WaiverRequest.objects.create(
        pilot=pilot, item=item, key=item.key, reason=reason, until=last, asked_by=by,
        asked_at=clock.now(), token=token if again is None else None,
    )  # fmt: skip
    _record("waiver.asked", found, by, channel, reason=reason, after={"asked_until": last})
    return found


@transaction.atomic
def grant(
    *, request: WaiverRequest, by: User, channel: str, until: date | None = None, answer: str = ""
) -> Answer:
    """Waive the item as it was asked, or until an earlier day."""
    found = _waiting(request)
    check_approver(by, found)
    last = _last_day(until or found.until)
    if last > found.until:
        raise Refused(
            f"Not longer than was asked for: {found.until.day} {found.until:%b %Y}.", field="until"
        )
    words = _words(answer, field="answer")
    _settle(found, WaiverState.GRANTED, by, words)
    return answers.waive(
        pilot=found.pilot, item=found.item, by=by, channel=channel, author=found.asked_by,
        note=found.reason, until=last, words=words,
    )  # fmt: skip


@transaction.atomic
def decline(*, request: WaiverRequest, by: User, channel: str, answer: str) -> WaiverRequest:
    """Say no, with a reason. Who asked takes it back instead."""
    found = _waiting(request)
    check_approver(by, found)
    answer = _words(answer, field="answer")
    if not answer:
        raise Refused("Say why not.", field="answer")
    _settle(found, WaiverState.DECLINED, by, answer)
    _record("waiver.declined", found, by, channel, reason=answer)
    return found


@transaction.atomic
def withdraw(*, request: WaiverRequest, by: User, channel: str) -> WaiverRequest:
    """Take one's own question back."""
    found = _waiting(request)
    if found.asked_by_id != by.pk:
        raise NotAllowed("Only who asked for it takes it back; approvers decline.")
    _settle(found, WaiverState.WITHDRAWN, by, "")
    _record("waiver.withdrawn", found, by, channel)
    return found


def check_approver(by: User, request: WaiverRequest) -> None:
    """NotAllowed for whoever may not answer it."""
    if request.asked_by_id == by.pk:
        raise NotAllowed("Somebody else answers what you asked for.")
    if not may_waive(by, request.pilot):
        raise NotAllowed(answers.WHO_WAIVES.format(ref=request.pilot.ref))


def _waiting(request: WaiverRequest) -> WaiverRequest:
    """The request as it waits now, its pilot locked; Conflict when it waits no more."""
    pilot = locked(request.pilot)
    rows = WaiverRequest.objects.select_related("item", "asked_by", "settled_by")
    found = rows.get(pk=request.pk)
    if found.state != WaiverState.WAITING:
        what = SETTLED.get(WaiverState(found.state))
        raise Conflict(f"{found.settled_by} {what}." if what else f"It ended: {found.answer}")
    found.pilot = pilot
    return found


def _check_needed(pilot: Pilot, item: ChecklistItem, by: User, channel: str) -> None:
    """Nobody asks twice, nor for what counts. What waited past its own day ends here."""
    if answers.holds(pilot, item):
        raise Conflict(f"“{item.question}” counts already; no waiver is needed.")
    rows = WaiverRequest.objects.filter(pilot=pilot, key=item.key, state=WaiverState.WAITING)
    found = rows.select_related("asked_by").first()
    if found is None:
        return
    if found.until >= clock.today():
        raise Conflict(f"{found.asked_by} asked for a waiver already; that is answered first.")
    waiver_ends.end([found], waiver_ends.TOO_LATE, by=by, channel=channel)


def _last_day(until: date | None) -> date:
    if until is None:
        raise Refused("A waiver ends: choose its last day.", field="until")
    today = clock.today()
    longest = today + timedelta(days=answers.LONGEST_WAIVER)
    if until < today:
        raise Refused("The last day is in the past.", field="until")
    if until > longest:
        raise Refused(
            f"A waiver lasts until {longest.day} {longest:%b %Y} at most; it can be given again "
            "then.",
            field="until",
        )
    return until


def _words(typed: str, *, field: str) -> str:
    words = text.clean(typed, lines=True)
    if len(words) > LONGEST:
        raise Refused(f"{LONGEST:,} characters are enough.", field=field)
    return words


def _settle(found: WaiverRequest, state: str, by: User, answer: str) -> None:
    found.state, found.answer = state, answer
    found.settled_at, found.settled_by = clock.now(), by
    found.save(update_fields=["state", "answer", "settled_at", "settled_by"])


def _record(
    verb: str, found: WaiverRequest, by: User, channel: str, *, reason: str = "",
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    events.record(
        verb=verb, by=by, channel=channel, pilot=found.pilot,
        after={"question": found.item.question, **(after or {})}, reason=reason,
    )  # fmt: skip
