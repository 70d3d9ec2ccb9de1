"""A board while it meets and when it is closed: what came of each pilot, and what rolls over."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, Refused
from portfolio.actions import events
from portfolio.models import Pilot
from portfolio.queries.labels import day
from readiness.actions.meetings import AHEAD, _prepare, locked, locked_item, name, tell, tell_board
from readiness.agenda import TALK, Pick
from readiness.models import AgendaItem, AgendaState, Meeting
from readiness.queries.agenda import ranked
from readiness.queries.minutes import happened, record_of

NOTE = 5_000
TYPED = (AgendaState.PLANNED, AgendaState.DISCUSSED, AgendaState.NOT_REACHED)
"""Outcomes that somebody types in; the others follow from what is proposed and decided."""


@transaction.atomic
def start(*, meeting: Meeting, by: User, channel: str) -> Meeting:
    """The board meets: from now its time runs."""
    meeting = locked(meeting, by)
    _begin(meeting, by, channel)
    return meeting


@transaction.atomic
def settle(
    *, item: AgendaItem, by: User, channel: str, state: str, note: str, version: int
) -> AgendaItem:
    """What came of a pilot, as somebody types it: discussed with a note, not reached, or open
    again. Conflict when another person typed something since `version`."""
    item = locked_item(item, by)
    _begin(item.meeting, by, channel)
    if state not in TYPED:
        raise Refused("Say whether it was discussed or not reached.")
    if item.version != version:
        raise Conflict("Somebody else typed an outcome of this pilot while you did.")
    if item.state == AgendaState.REMOVED:
        raise Conflict(f"{item.pilot.ref} was taken off the agenda meanwhile.")
    note = text.clean(note, lines=True)
    if len(note) > NOTE:
        raise Refused(f"The note is longer than {NOTE:,} characters.", field="note")
    if state == AgendaState.DISCUSSED and not note:
        raise Refused("Say in a sentence what was discussed.", field="note")
    before = {"outcome": item.get_state_display(), "board_note": item.note}
    item.state, item.note = AgendaState(state), note
    item.settled_at = None if item.state == AgendaState.PLANNED else clock.now()
    item.changed_by = by
    item.version += 1
    item.save()
    after = {"board": name(item.meeting), "outcome": item.get_state_display(), "board_note": note}
    events.record(
        verb="board.settled", by=by, channel=channel, pilot=item.pilot, before=before, after=after
    )
    return item


@transaction.atomic
def close(
    *, meeting: Meeting, by: User, channel: str, next_on: date | None = None
) -> Meeting:  # fmt: skip
    """Freeze the minutes. What was not reached rolls over to the next board of the same scope,
    which is prepared for `next_on` when there is none on that day."""
    meeting = locked(meeting, by)
    _begin(meeting, by, channel)
    _check_next(meeting, next_on)
    items = list(meeting.items.exclude(state=AgendaState.REMOVED).select_related("pilot__unit"))
    _catch_up(meeting, items, by)
    following = _following(meeting, next_on)
    _freeze(meeting, items, by, next_on or (following.on if following else None))
    missed = [item.pilot_id for item in items if item.state == AgendaState.NOT_REACHED]
    tell_board("board.closed", meeting, by, channel)
    tell("board.not_reached", meeting, missed, by, channel)
    if following is None and next_on:
        following = _prepare(by, channel, next_on, meeting.minutes, meeting.unit, "", uuid4())
    if following:
        _roll_over(following, missed, by, channel)
    return meeting


def _begin(meeting: Meeting, by: User, channel: str) -> None:
    if meeting.started_at:
        return
    if meeting.on > clock.today():
        sentence = f"This board meets on {day(meeting.on)}. To hold it today, change its day."
        raise Refused(sentence)
    meeting.started_at = clock.now()
    meeting.save(update_fields=["started_at"])
    tell_board("board.started", meeting, by, channel)


def _check_next(meeting: Meeting, next_on: date | None) -> None:
    if next_on is None:
        return
    today = clock.today()
    if next_on <= meeting.on or next_on < today:
        raise Refused("Choose a day after this board.", field="next_on")
    if next_on > today + AHEAD:
        raise Refused("That is more than two years ahead.", field="next_on")


def _catch_up(meeting: Meeting, items: Sequence[AgendaItem], by: User) -> None:
    """What was decided or proposed about these pilots since the board began is its outcome; what
    has none was not reached. Removed pilots leave the agenda."""
    since = happened(meeting, [item.pilot_id for item in items])
    for item in items:
        if item.pilot.removed_at:
            item.state = AgendaState.REMOVED
        elif found := since.get(item.pilot_id):
            item.decision, item.proposal = found.decision, found.proposal
            item.state = AgendaState.DECIDED if found.decision else AgendaState.PROPOSED
        elif item.state == AgendaState.PLANNED:
            item.state = AgendaState.DISCUSSED if item.note else AgendaState.NOT_REACHED
        if item.settled_at is None:
            item.settled_at = clock.now()


def _freeze(
    meeting: Meeting, items: Sequence[AgendaItem], by: User, next_on: date | None
) -> None:  # fmt: skip
    """The record of each item first: once the board is closed, the database lets nobody in."""
    records = record_of(items)
    for item in items:
        item.record, item.changed_by = records[item.pk], by
    fields = ["state", "decision", "proposal", "settled_at", "record", "changed_by"]
    AgendaItem.objects.bulk_update(items, fields)
    meeting.closed_at, meeting.closed_by, meeting.next_on = clock.now(), by, next_on
    meeting.version += 1
    meeting.save()


def _following(meeting: Meeting, next_on: date | None) -> Meeting | None:
    """The next board of the same scope that waits: on that day, or the first after this one."""
    waiting = Meeting.objects.select_for_update(of=("self",)).select_related("unit")
    later = waiting.filter(unit=meeting.unit, closed_at=None, on__gt=meeting.on)
    if next_on:
        later = later.filter(on=next_on)
    return later.order_by("on", "pk").first()


def _roll_over(meeting: Meeting, missed: Iterable[int], by: User, channel: str) -> None:
    """Onto the agenda of the next board, with today's reasons; behind what is there already.

    Whoever closes a board rolls over pilots that they may not see, too; they are told of none.
    """
    pilots = Pilot.objects.active().filter(pk__in=missed)
    picks = {p.pilot: p for p in ranked(pilots, on=meeting.on, as_of=clock.today())}
    there = {item.pilot_id: item for item in meeting.items.filter(pilot__in=pilots.values("pk"))}
    rows, last = [], max(meeting.items.values_list("position", flat=True), default=0)
    for pk in pilots.order_by().values_list("pk", flat=True):
        pick = picks.get(pk) or Pick(pk, 0, TALK, ())
        item = there.get(pk)
        if item is None:
            last += 1
            item = AgendaItem(meeting=meeting, pilot_id=pk, minutes=pick.minutes, position=last)
        if item.state == AgendaState.REMOVED:
            item.state = AgendaState.PLANNED
        item.reasons, item.weight = list(pick.reasons), pick.weight
        item.rollovers, item.changed_by = pick.rollovers, by
        rows.append(item)
    fields = ["state", "reasons", "weight", "rollovers", "changed_by"]
    AgendaItem.objects.bulk_update([row for row in rows if row.pk], fields)
    new = AgendaItem.objects.bulk_create([row for row in rows if not row.pk])
    tell("board.planned", meeting, [row.pilot_id for row in new], by, channel)
