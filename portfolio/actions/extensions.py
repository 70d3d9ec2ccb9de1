"""More time to decide: proposed by a manager, approved or declined by somebody else."""

from datetime import date

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from common.registry import extension_effects, extension_guards
from portfolio.access import may_decide, may_manage
from portfolio.actions import events, flags
from portfolio.actions.flags import SNOOZE_MAX
from portfolio.actions.pilots import locked
from portfolio.models import Extension, ExtensionState, Pilot
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries.extensions import obstacle
from portfolio.queries.labels import day

TAKEN = "That proposal was settled in the meantime."


@transaction.atomic
def propose(*, pilot: Pilot, by: User, channel: str, to_day: date, reason: str) -> Extension:
    """Ask for a later day to decide by. It moves nothing until somebody else approves."""
    pilot = locked(pilot)
    if not may_manage(by, pilot):
        raise NotAllowed(f"Only a portfolio manager of {pilot.unit} proposes an extension.")
    objections = (guard(pilot) for guard in extension_guards.values())
    objection = obstacle(pilot, list(pilot.extensions.all())) or next(filter(None, objections), "")
    if objection:
        raise Refused(objection)
    assert pilot.decide_by is not None  # Or there was an objection.
    _check_day(pilot.decide_by, to_day)
    reason = text.clean(reason, lines=True)
    if not reason:
        raise Refused("Say what the extra time is for.", field="reason")
    found = Extension.objects.create(
        pilot=pilot, from_day=pilot.decide_by, to_day=to_day, reason=reason, proposed_by=by,
        proposed_at=clock.now(),
    )  # fmt: skip
    _record("extension.proposed", found, by, channel, after={"extended_to": to_day}, reason=reason)
    return found


@transaction.atomic
def approve(*, extension: Extension, by: User, channel: str) -> Extension:
    """Move the day to decide by, and let STALE_POC be silent until then."""
    found = _locked(extension, by)
    pilot, today = found.pilot, clock.today()
    if found.proposed_by_id == by.pk:
        raise NotAllowed("Somebody else approves what you proposed.")
    if pilot.shipped or pilot.stage in ENDED_STAGES:
        raise Conflict(f"{pilot.ref} shipped or ended since this was proposed. Decline it.")
    if pilot.decide_by != found.from_day:
        raise Conflict("The day to decide by was changed since this was proposed.")
    if found.to_day <= today:
        raise Refused("The day it would be extended to has passed. Decline it.")
    found.number = pilot.extensions.filter(state=ExtensionState.APPROVED).count() + 1
    if found.number > Extension.MOST:
        raise Refused(f"{pilot.ref} was extended twice already. Now it is decided.")
    _settle(found, ExtensionState.APPROVED, by)
    pilot.decide_by = found.to_day
    pilot.version += 1
    pilot.save(update_fields=["decide_by", "version"])
    _record(
        "extension.approved", found, by, channel, before={"decide_by": found.from_day},
        after={"decide_by": found.to_day}, reason=found.reason,
    )  # fmt: skip
    for effect in extension_effects.values():
        effect(found, by, channel)
    flags.sweep_pilots(pilots=[pilot.pk])
    flags.snooze_extended(pilots=[pilot.pk], as_of=today)
    return found


@transaction.atomic
def decline(*, extension: Extension, by: User, channel: str, answer: str) -> Extension:
    """Say no, with a reason. Who proposed it withdraws it instead."""
    found = _locked(extension, by)
    answer = text.clean(answer, lines=True)
    own = found.proposed_by_id == by.pk
    if not own and not answer:
        raise Refused("Say why not.", field="answer")
    found.answer = answer
    _settle(found, ExtensionState.WITHDRAWN if own else ExtensionState.DECLINED, by)
    verb = "extension.withdrawn" if own else "extension.declined"
    _record(verb, found, by, channel, before={"extended_to": found.to_day}, reason=answer)
    return found


def _check_day(from_day: date, to_day: date) -> None:
    today = clock.today()
    if to_day <= from_day:
        raise Refused(f"{day(from_day)} is the day now; choose a later one.", field="to_day")
    if to_day <= today:
        raise Refused("Choose a day to come.", field="to_day")
    if to_day > max(today, from_day) + SNOOZE_MAX:
        raise Refused(f"An extension is {SNOOZE_MAX.days} days at most.", field="to_day")


def _locked(extension: Extension, by: User) -> Extension:
    """The proposal as it waits now, its pilot locked; Conflict when it waits no more."""
    pilot = locked(extension.pilot)
    if not may_decide(by, pilot):
        raise NotAllowed(f"Only executives and portfolio managers of {pilot.unit} decide this.")
    found = pilot.extensions.filter(pk=extension.pk, state=ExtensionState.PROPOSED).first()
    if found is None:
        raise Conflict(TAKEN)
    found.pilot = pilot
    return found


def _settle(found: Extension, state: str, by: User) -> None:
    found.state, found.settled_at = state, clock.now()
    found.approver = None if state == ExtensionState.WITHDRAWN else by
    found.save()


def _record(
    verb: str, found: Extension, by: User, channel: str, *, reason: str,
    before: dict[str, date] | None = None, after: dict[str, date] | None = None,
) -> None:  # fmt: skip
    events.record(
        verb=verb, by=by, channel=channel, pilot=found.pilot, before=before, after=after,
        reason=reason,
    )  # fmt: skip
