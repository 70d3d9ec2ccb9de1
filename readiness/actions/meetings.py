"""Boards before they meet: prepared, changed, called off; their agendas put together by hand."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts.models import Unit, User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import get_pilot
from portfolio.actions import events
from portfolio.models import ACTIVE_STAGES, Event, Pilot
from portfolio.queries.labels import day
from readiness.access import may_run
from readiness.agenda import SHORTEST, TALK, Pick, fit
from readiness.models import AgendaItem, AgendaState, Meeting
from readiness.queries.agenda import ranked, scope

LONGEST = 480
AHEAD = timedelta(days=731)
MOST_FOR_ONE = 240
BY_HAND = "Put on by hand"
FROZEN = "This board is closed, and its minutes cannot be changed."
NOTE = 2_000


def prepare(
    *, by: User, channel: str, on: date, minutes: int, unit: Unit | None = None, note: str = "",
    token: UUID | None = None,
) -> Meeting:  # fmt: skip
    """A board of the unit, or of the whole company, with what most needs deciding on its agenda.

    It picks among the pilots that `by` may see. The same token again is the same board.
    """
    _check_right(by, unit)
    _check(on, minutes)
    if unit and unit.retired_on:
        raise Refused(f"{unit} was retired. Choose another unit.", field="unit")
    token = token or uuid4()
    try:
        with transaction.atomic():
            return _prepare(by, channel, on, minutes, unit, _note(note), token)
    except IntegrityError:
        found = Meeting.objects.filter(token=token).first()
        if found is None:
            raise
    if found.made_by_id != by.pk:
        raise Refused("This form was used already. Open a new one.")
    return found


def _prepare(
    by: User, channel: str, on: date, minutes: int, unit: Unit | None, note: str, token: UUID
) -> Meeting:
    meeting = Meeting.objects.create(
        on=on, minutes=minutes, unit=unit, note=note, made_by=by, made_at=clock.now(), token=token
    )
    picks = fit(ranked(scope(by, unit), on=on, as_of=clock.today()), minutes)
    _put(meeting, picks, by)
    tell_board("board.prepared", meeting, by, channel)
    tell("board.planned", meeting, [pick.pilot for pick in picks], by, channel)
    return meeting


@transaction.atomic
def change(
    *, meeting: Meeting, by: User, channel: str, on: date, minutes: int, note: str, version: int
) -> Meeting:
    """Another day, length or note. Conflict when somebody changed it since `version`."""
    meeting = locked(meeting, by)
    _unchanged(meeting, version)
    _check(on, minutes, earliest=min(meeting.on, clock.today()))
    before = {"board": name(meeting), "board_minutes": meeting.minutes, "board_note": meeting.note}
    meeting.on, meeting.minutes, meeting.note = on, minutes, _note(note)
    meeting.version += 1
    meeting.save(update_fields=["on", "minutes", "note", "version"])
    after = {"board": name(meeting), "board_minutes": minutes, "board_note": meeting.note}
    events.record(
        verb="board.changed", by=by, channel=channel,
        before={**before, "meeting": meeting.pk}, after={**after, "meeting": meeting.pk},
    )  # fmt: skip
    return meeting


@transaction.atomic
def call_off(*, meeting: Meeting, by: User, channel: str) -> None:
    """There is no such board after all; one that has begun is closed instead."""
    meeting = locked(meeting, by)
    if meeting.started_at:
        raise Refused("This board has begun. Close it: what was not reached rolls over.")
    planned = list(_planned(meeting).values_list("pilot", flat=True))
    tell_board("board.called_off", meeting, by, channel)
    tell("board.removed", meeting, planned, by, channel, reason="The board was called off.")
    meeting.delete()


@transaction.atomic
def pick_again(*, meeting: Meeting, by: User, channel: str) -> int:
    """Choose anew from today's facts; returns how many pilots came on.

    What was put on by hand, taken off, or has an outcome stays so, and so does what `by` may not
    see; pilots that nothing asks for any more leave the agenda. Minutes of what `by` may not see
    are not counted, as on every page of the board: what comes on would tell of them.
    """
    meeting = locked(meeting, by)
    kept = meeting.items.exclude(state=AgendaState.PLANNED, by_hand=False)
    mine = Pilot.objects.visible_to(by).values("pk")
    old = meeting.items.filter(state=AgendaState.PLANNED, by_hand=False, pilot__in=mine)
    before = set(old.values_list("pilot", flat=True))
    unseen = _planned(meeting).exclude(pilot__in=mine).exclude(by_hand=True)
    stays = [*kept, *unseen]
    seen = set(kept.filter(pilot__in=mine).values_list("pk", flat=True))
    taken = (one for one in stays if one.pk in seen and one.state != AgendaState.REMOVED)
    used = sum(item.minutes for item in taken)
    there = {item.pilot_id for item in stays}
    candidates = ranked(scope(by, meeting.unit), on=meeting.on, as_of=clock.today())
    picks = fit([pick for pick in candidates if pick.pilot not in there], meeting.minutes - used)
    old.delete()
    _put(meeting, picks, by, after=_last(meeting))
    now = {pick.pilot for pick in picks}
    tell("board.planned", meeting, sorted(now - before), by, channel)
    tell("board.removed", meeting, sorted(before - now), by, channel)
    return len(now - before)


@transaction.atomic
def add(*, meeting: Meeting, pilot: Pilot, by: User, channel: str) -> AgendaItem:
    """Put a pilot on the agenda by hand, or back on it."""
    meeting = locked(meeting, by)
    pilot = get_pilot(by, pilot.ref)
    if meeting.unit and not pilot.unit.lineage.startswith(meeting.unit.lineage):
        raise Refused(f"{pilot.ref} is not in {meeting.unit}, and this is its board.")
    if pilot.stage not in ACTIVE_STAGES:
        raise Refused(f"{pilot.ref} has ended; there is nothing left to decide.")
    item = meeting.items.filter(pilot=pilot).first()
    if item and item.state != AgendaState.REMOVED:
        raise Refused(f"{pilot.ref} is on the agenda already.")
    if item is None:
        item = _by_hand(meeting, pilot, by)
    item.state, item.by_hand, item.changed_by = AgendaState.PLANNED, True, by
    item.version += 1
    item.save()
    tell("board.planned", meeting, [pilot.pk], by, channel)
    return item


def _by_hand(meeting: Meeting, pilot: Pilot, by: User) -> AgendaItem:
    """The item with the reasons that it has anyway."""
    here = scope(by, meeting.unit).filter(pk=pilot.pk)
    found = ranked(here, on=meeting.on, as_of=clock.today())
    pick = found[0] if found else Pick(pilot.pk, 0, TALK, ())
    return AgendaItem(
        meeting=meeting, pilot=pilot, position=_last(meeting) + 1, minutes=pick.minutes,
        reasons=[*pick.reasons, BY_HAND], weight=pick.weight, rollovers=pick.rollovers,
    )  # fmt: skip


@transaction.atomic
def take_off(*, item: AgendaItem, by: User, channel: str) -> AgendaItem:
    """Off the agenda; it does not count as not reached. `add` puts it back."""
    item = locked_item(item, by)
    if item.state == AgendaState.REMOVED:
        return item
    if item.state != AgendaState.PLANNED:
        raise Refused(f"{item.pilot.ref} has an outcome already and stays on the agenda.")
    item.state, item.changed_by = AgendaState.REMOVED, by
    item.version += 1
    item.save()
    tell("board.removed", item.meeting, [item.pilot_id], by, channel)
    return item


@transaction.atomic
def move(*, item: AgendaItem, beside: AgendaItem, after: bool, by: User) -> None:
    """Stand directly before, or after, another item. Sent twice, it is the same place."""
    item = locked_item(item, by)
    rows = [one for one in item.meeting.items.all() if one.pk != item.pk]
    place = next((n for n, one in enumerate(rows) if one.pk == beside.pk), None)
    if place is None:
        raise Refused("That pilot is not on this agenda.")
    rows.insert(place + after, item)
    for position, one in enumerate(rows, start=1):
        one.position = position
    AgendaItem.objects.bulk_update(rows, ["position"])


@transaction.atomic
def set_minutes(*, items: Mapping[int, int], meeting: Meeting, by: User) -> Meeting:
    """Minutes by item; items of another board are refused."""
    meeting = locked(meeting, by)
    rows = {row.pk: row for row in meeting.items.filter(pk__in=items)}
    for pk, minutes in items.items():
        if pk not in rows:
            raise Refused("That pilot is not on this agenda any more.", field=f"minutes_{pk}")
        if not 1 <= minutes <= MOST_FOR_ONE:
            sentence = f"From 1 to {MOST_FOR_ONE} minutes for one pilot."
            raise Refused(sentence, field=f"minutes_{pk}")
        rows[pk].minutes = minutes
    AgendaItem.objects.bulk_update(rows.values(), ["minutes"])
    return meeting


# --- What the other board actions use too ---------------------------------------------------------
def locked(meeting: Meeting, by: User) -> Meeting:
    """The board as it is now, held until the transaction ends; whoever changes it comes here."""
    found = Meeting.objects.select_for_update(of=("self",)).select_related("unit")
    now = found.filter(pk=meeting.pk).first()
    if now is None:
        raise Conflict("This board was called off meanwhile.")
    _check_right(by, now.unit)
    if now.closed_at:
        raise Conflict(FROZEN)
    return now


def locked_item(item: AgendaItem, by: User) -> AgendaItem:
    """The item as it is now, its board locked."""
    meeting = locked(item.meeting, by)
    now = meeting.items.select_related("pilot__unit").filter(pk=item.pk).first()
    if now is None:
        raise Conflict("This pilot left the agenda meanwhile.")
    now.meeting = meeting
    return now


def tell(
    verb: str, meeting: Meeting, pilots: Iterable[int], by: User, channel: str, *,
    reason: str = "", reasons: Mapping[int, str] | None = None,
) -> None:  # fmt: skip
    """An event on each pilot's timeline; one statement."""
    at, after = clock.now(), {"board": name(meeting)}
    Event.objects.bulk_create(
        Event(
            at=at, pilot_id=pilot, actor=by, verb=verb, channel=channel, after=after,
            reason=(reasons or {}).get(pilot, reason),
        )
        for pilot in pilots
    )  # fmt: skip


def tell_board(verb: str, meeting: Meeting, by: User, channel: str) -> None:
    after: dict[str, Any] = {
        "board": name(meeting), "board_minutes": meeting.minutes, "meeting": meeting.pk,
    }  # fmt: skip
    events.record(verb=verb, by=by, channel=channel, after=after)


def name(meeting: Meeting) -> str:
    """ "5 Dec 2026, Claims", for texts that outlive it."""
    return f"{day(meeting.on)}, {meeting.unit or 'whole portfolio'}"


def _put(meeting: Meeting, picks: Iterable[Pick], by: User, *, after: int = 0) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, pilot_id=pick.pilot, position=position, minutes=pick.minutes,
            reasons=list(pick.reasons), weight=pick.weight, rollovers=pick.rollovers,
            changed_by=by,
        )
        for position, pick in enumerate(picks, start=after + 1)
    )  # fmt: skip


def _planned(meeting: Meeting) -> Any:
    return meeting.items.filter(state=AgendaState.PLANNED)


def _last(meeting: Meeting) -> int:
    found = meeting.items.order_by("-position").values_list("position", flat=True).first()
    return found or 0


def _check_right(by: User, unit: Unit | None) -> None:
    if not may_run(by, unit):
        whose = f"of {unit}" if unit else "of the whole company"
        raise NotAllowed(f"Only portfolio managers and executives {whose} prepare its boards.")


def _check(on: date, minutes: int, *, earliest: date | None = None) -> None:
    today = clock.today()
    if on < (earliest or today):
        raise Refused("That day has passed. Choose one to come.", field="on")
    if on > today + AHEAD:
        raise Refused("That is more than two years ahead.", field="on")
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(f"From {SHORTEST} to {LONGEST} minutes.", field="minutes")


def _note(note: str) -> str:
    note = text.clean(note, lines=True)
    if len(note) > NOTE:
        raise Refused(f"The note is longer than {NOTE:,} characters.", field="note")
    return note


def _unchanged(meeting: Meeting, version: int) -> None:
    if meeting.version != version:
        raise Conflict("Somebody else changed this board while you did.")
