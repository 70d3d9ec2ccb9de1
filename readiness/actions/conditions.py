"""Conditions of decisions: opened with the decision, met, dropped, moved; the only writer.

Its owner, the people of the pilot and those who decide about it say that a condition is met, with
something to look at. Only who decides drops it or moves its day, and nobody does so for a
condition that they answer for themselves.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.changes import plain
from common.errors import Conflict, NotAllowed, Refused
from common.links import web_link
from portfolio.actions import events, flags
from portfolio.actions.pilots import locked
from portfolio.models import Event, Pilot
from readiness.models import Condition, Decision
from readiness.queries.conditions import held_by, may_ease, may_meet
from readiness.terms import LONGEST_TEXT, LONGEST_WAIT, read

SETTLED = "Somebody settled that condition in the meantime."


def _check_sees(person: User, pilot: Pilot) -> None:
    if not Pilot.objects.visible_to(person).filter(pk=pilot.pk).exists():
        raise Refused(
            f"{person} cannot see the pilot; give them a role on it first.", field="owner"
        )


def open_for(*, decision: Decision, by: User, channel: str) -> list[Condition]:
    """The conditions of a decision that has just been made, in the transaction of it.

    Their owners were asked for by the proposal; whoever has left since stands with the name, and
    the owner of the pilot is asked who meets it.
    """
    terms = read(decision.terms).conditions
    people = User.objects.in_bulk({term.owner for term in terms})
    made = Condition.objects.bulk_create(
        Condition(
            pilot=decision.pilot, decision=decision, what=term.what, owner=people[term.owner],
            due=term.due,
        )
        for term in terms
    )  # fmt: skip
    for condition in made:
        after = {"condition_owner": condition.owner, "condition_due": condition.due}
        _record("opened", condition, by, channel, after=after)
    return made


@transaction.atomic
def meet(
    *, condition: Condition, by: User, channel: str, note: str = "", evidence_url: str = ""
) -> Condition:
    """It is done; a link or a note says how one can tell."""
    found = _open(condition)
    if not may_meet(by, found):
        raise NotAllowed(f"You may not say that a condition of {found.pilot.ref} is met.")
    note, link = _note(note), web_link(evidence_url, field="evidence_url")
    if not (note or link):
        raise Refused("Add a link or a note that shows it.", field="evidence_url")
    found.met_on, found.settled_by = clock.today(), by
    found.note, found.evidence_url = note, link
    _save(found, "met_on", "settled_by", "note", "evidence_url")
    _record("met", found, by, channel, after={"evidence": link}, reason=note)
    return _swept(found)


@transaction.atomic
def drop(*, condition: Condition, by: User, channel: str, note: str) -> Condition:
    """It is not asked any more, for a reason."""
    found = _open(condition)
    check_ease(found, by)
    note = _note(note)
    if not note:
        raise Refused("Say why it is not needed any more.", field="note")
    found.dropped_on, found.settled_by, found.note = clock.today(), by, note
    _save(found, "dropped_on", "settled_by", "note")
    _record("dropped", found, by, channel, reason=note)
    return _swept(found)


@transaction.atomic
def change(
    *, condition: Condition, by: User, channel: str, owner: User, due: date, reason: str,
    seen: str = "",
) -> Condition:  # fmt: skip
    """Another day or another owner, with a reason. `seen` is the state the form showed."""
    found = _open(condition)
    check_ease(found, by)
    if seen and seen != state_of(found):
        raise Conflict("Somebody else changed that condition while you were writing.")
    reason = _note(reason, field="reason")
    if not reason:
        raise Refused("Say why it changes.", field="reason")
    before, after = _difference(found, owner, due)
    if not after:
        raise Refused("Choose another day or another owner.", field="due")
    found.owner, found.due = owner, due
    _save(found, "owner", "due")
    _record("changed", found, by, channel, before=before, after=after, reason=reason)
    return _swept(found)


@transaction.atomic
def reopen(*, condition: Condition, by: User, channel: str, reason: str) -> Condition:
    """It was not met after all, or is needed again."""
    found = _found(condition)
    if found.met_on is None and found.dropped_on is None:
        raise Conflict("That condition is open already.")
    own = found.settled_by_id == by.pk and may_meet(by, found)
    if not (own or may_ease(by, found)):
        raise NotAllowed("Who settled it and who decides about the pilot open it again.")
    reason = _note(reason, field="reason")
    if not reason:
        raise Refused("Say what is missing.", field="reason")
    before = {"met_on": found.met_on, "dropped_on": found.dropped_on}
    found.met_on = found.dropped_on = found.settled_by = None
    found.note = found.evidence_url = ""
    _save(found, "met_on", "dropped_on", "settled_by", "note", "evidence_url")
    _record("reopened", found, by, channel, before=before, reason=reason)
    return _swept(found)


@transaction.atomic
def release(*, person: User, by: User | None, channel: str, accountable: bool) -> int:
    """Somebody leaves, or moves outside: their open conditions keep the name, and each leaves an
    event, since the owner of the pilot is asked now. How many there are."""
    rows = list(held_by(person).order_by("pilot_id", "pk"))
    at, reason = clock.now(), "Moved outside the company" if accountable else "Left"
    Event.objects.bulk_create(
        Event(
            at=at, pilot_id=row.pilot_id, actor=by, verb="condition.owner_left", channel=channel,
            before=plain({"condition_owner": person}), after=plain({"condition": row.what}),
            reason=reason,
        )
        for row in rows
    )  # fmt: skip
    return len(rows)


def state_of(condition: Condition) -> str:
    """What a form that changes it was drawn from."""
    return f"{condition.owner_id} {condition.due.isoformat()}"


def _found(condition: Condition) -> Condition:
    """The condition as it is now, its pilot locked."""
    pilot = locked(condition.pilot)
    found = Condition.objects.select_related("owner").filter(pk=condition.pk, pilot=pilot).first()
    if found is None:
        raise Conflict("That condition belongs to another pilot now.")
    found.pilot = pilot
    return found


def _open(condition: Condition) -> Condition:
    found = _found(condition)
    if found.met_on or found.dropped_on:
        raise Conflict(SETTLED)
    return found


def check_ease(found: Condition, by: User) -> None:
    """NotAllowed for whoever may not drop or change it."""
    if may_ease(by, found):
        return
    if found.owner_id == by.pk:
        raise NotAllowed("Somebody else decides about a condition that you answer for.")
    raise NotAllowed(
        f"Only executives and portfolio managers of {found.pilot.unit} change a condition."
    )


def _difference(found: Condition, owner: User, due: date) -> tuple[dict[str, Any], dict[str, Any]]:
    """What changes, checked: (before, after)."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if due != found.due:
        if not clock.today() < due <= clock.today() + LONGEST_WAIT:
            raise Refused("Choose a day to come, within a year.", field="due")
        before["condition_due"], after["condition_due"] = found.due, due
    if owner.pk != found.owner_id:
        if not (owner.is_active and owner.is_internal):
            raise Refused("Choose somebody who is here.", field="owner")
        _check_sees(owner, found.pilot)
        before["condition_owner"], after["condition_owner"] = found.owner, owner
    return before, after


def _note(typed: str, *, field: str = "note") -> str:
    note = text.clean(typed, lines=True)
    if len(note) > LONGEST_TEXT:
        raise Refused(f"{LONGEST_TEXT:,} characters are enough.", field=field)
    return note


def _save(found: Condition, *fields: str) -> None:
    found.save(update_fields=list(fields))


def _swept(found: Condition) -> Condition:
    flags.sweep_pilots(pilots=[found.pilot_id])
    return found


def _record(
    verb: str, found: Condition, by: User, channel: str, *, reason: str = "",
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    events.record(
        verb=f"condition.{verb}", by=by, channel=channel, pilot=found.pilot, before=before,
        after={"condition": found.what, **(after or {})}, reason=reason,
    )  # fmt: skip
