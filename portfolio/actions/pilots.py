"""Pilots are registered and edited here, whatever door the wish came through."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.access import roles_of
from accounts.models import Unit, User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from common.registry import registration_questions
from portfolio.access import may_decide, may_edit, may_restrict
from portfolio.actions import events, flags
from portfolio.actions.appointments import appoint, ask, check
from portfolio.actions.pilot_values import check_decide_by, check_order, cleaned
from portfolio.actions.proposal_letters import tell_asked
from portfolio.models import Channel, Pilot, RoleKind, Stage, StageInterval
from portfolio.models.stage import ACTIVE_STAGES
from portfolio.queries import charter
from portfolio.queries.labels import LABELS
from portfolio.queries.sections import fingerprint

QUARTER = timedelta(days=91)
# What comes through these names an owner; the others ask.
NAMING = (Channel.IMPORT, Channel.COMMAND, Channel.SYSTEM)
LONGEST_SAID = 2_000
TAKEN = (
    "This reference is not free: another pilot has it, perhaps a removed one or one that you "
    "cannot see. Leave it empty, or ask a portfolio manager."
)


@transaction.atomic
def register(
    *,
    by: User,
    channel: str,
    name: str,
    unit: Unit,
    stage: str = Stage.IDEA,
    stage_since: date | None = None,
    owner: User | None = None,
    decided_elsewhere: str = "",
    form: UUID | None = None,
    **values: Any,
) -> Pilot:
    """Register a pilot, with its owner if known already.

    Somebody else is asked to own it; oneself, or whom a list or command names, is named.
    An unknown stage entry counts from today as its lower bound. `decided_elsewhere` says how it
    came to a stage that is only entered by a decision here; the event keeps it, and which `form`
    was sent (see actions.registration).
    """
    if not roles_of(by).may_create_in(unit.lineage):
        raise NotAllowed(
            f"Registering a pilot in {unit} needs the role product owner or portfolio manager "
            "for that unit."
        )
    if unit.retired_on:
        raise Refused(f"{unit} was retired. Choose another unit.", field="unit")
    today = clock.today()
    values = cleaned({"name": name, "unit": unit, **values})
    if stage not in Stage.values:
        raise Refused(f"“{stage}” is not a stage.", field="stage")
    if stage_since and stage_since > today:
        raise Refused("A stage cannot be entered in the future.", field="stage_since")
    check_external_id(values.get("external_id", ""))
    told = {"form": str(form)} if form else {}
    if channel not in NAMING:  # Lists and commands tell what is; a person begins something.
        _check_begun(by, unit, stage, owner, values)
        told |= _told_elsewhere(stage, decided_elsewhere)
    bound = stage_since or today
    if stage == Stage.POC and not values.get("decide_by"):
        values["decide_by"] = bound + QUARTER
    with _alone(values.get("external_id", "")):
        pilot = Pilot.objects.create(
            **values, name_key=text.key(values["name"]), registered_on=today, stage=stage,
            stage_since=stage_since, stage_since_bound=bound,
            shipped=stage in (Stage.PRODUCTION, Stage.RETIRED),
            first_production_on=stage_since if stage == Stage.PRODUCTION else None,
        )  # fmt: skip
    StageInterval.objects.create(
        pilot=pilot, stage=stage, since=stage_since, since_bound=bound, recorded_at=clock.now()
    )
    after = {**values, "stage": stage, "stage_since": stage_since, **told}
    events.record(verb="pilot.registered", by=by, channel=channel, pilot=pilot, after=after)
    if owner:
        _begin_ownership(pilot, owner, by, channel)
    flags.sweep_pilots(pilots=[pilot.pk])
    return pilot


def _check_begun(
    by: User, unit: Unit, stage: str, owner: User | None, values: dict[str, Any]
) -> None:
    """What a stage beyond Idea asks of a pilot that enters it also holds for one that begins there:
    a charter and somebody to own it from PoC on. Past the gate of Rollout, where three names for
    the year to come are asked, a portfolio manager takes it (source map B07, B30)."""
    if stage not in ACTIVE_STAGES[1:]:
        return
    lacking = [LABELS[name] for name in charter.CHARTER if not values.get(name)]
    lacking += [] if owner else [charter.OWNER]
    if lacking:
        raise Refused(
            f"From PoC on it needs: {', '.join(lacking).lower()}. Fill that in, or register it as "
            "an Idea.",
            field="stage",
        )
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    if late and not roles_of(by).manages(unit.lineage):
        raise Refused(
            "A portfolio manager registers what is past Pilot already. Register it as Pilot, or "
            "ask one.",
            field="stage",
        )


def _told_elsewhere(stage: str, said: str) -> dict[str, str]:
    """A stage that is only entered by a decision may be registered, so that the inventory is
    complete; but whoever does says how it got there, and that is kept."""
    asked = [question for ask in registration_questions.values() if (question := ask().get(stage))]
    said = text.clean(said, lines=True)
    if asked and not said:
        raise Refused(asked[0], field="decided_elsewhere")
    if len(said) > LONGEST_SAID:
        raise Refused(f"{LONGEST_SAID:,} characters are enough.", field="decided_elsewhere")
    return {"decided_elsewhere": said} if asked else {}


def _begin_ownership(pilot: Pilot, owner: User, by: User, channel: str) -> None:
    check(owner, RoleKind.OWNER)
    if owner.pk == by.pk or channel in NAMING:
        appoint(pilot=pilot, person=owner, role=RoleKind.OWNER, by=by, channel=channel)
        return
    asked = ask(pilot=pilot, person=owner, by=by, channel=channel, former=None, batch="")
    tell_asked(proposals=[asked])


@transaction.atomic
def edit(
    *, pilot: Pilot, by: User, channel: str, version: int | None = None, seen: str = "",
    **values: Any,
) -> Pilot:  # fmt: skip
    """Change fields of a pilot.

    `version` is the one of the whole pilot that the form showed, `seen` the fingerprint of just
    these fields (queries/sections.py); when it is another one now, that is a Conflict.
    """
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change {pilot.ref}.")
    before, after = events.changed(pilot, cleaned(values))
    if not after:
        return pilot  # As when the same form is sent twice.
    stale = version is not None and version != pilot.version
    if stale or (seen and seen != fingerprint(pilot, values)):
        raise Conflict(f"Somebody else changed {pilot.ref} while you were editing it.")
    if "restricted" in after and not may_restrict(by, pilot):
        raise Refused(
            "Only its owner and its portfolio managers decide who sees it.", field="restricted"
        )
    check_order(pilot, after)
    check_decide_by(pilot, after)
    check_external_id(after.get("external_id", ""), but=pilot.pk)
    if "unit" in after:
        check_unit(by, after["unit"])
    for field, value in after.items():
        setattr(pilot, field, value)
    pilot.name_key = text.key(pilot.name)
    pilot.version += 1
    with _alone(after.get("external_id", "")):
        pilot.save()
    events.record(
        verb="pilot.edited", by=by, channel=channel, pilot=pilot, before=before, after=after
    )
    flags.sweep_pilots(pilots=[pilot.pk])
    return pilot


@transaction.atomic
def hold(
    *, pilot: Pilot, by: User, channel: str, until: date | None, reason: str = "",
    decided: bool = False,
) -> Pilot:  # fmt: skip
    """Put on hold until a day, or (until=None) take off hold. The clocks keep running.

    `decided` is for a decision that is being approved: who may decide may hold.
    """
    pilot = locked(pilot)
    if not (may_decide(by, pilot) if decided else may_edit(by, pilot)):
        raise NotAllowed(f"You may not put {pilot.ref} on hold.")
    reason = text.clean(reason, lines=True)
    if until is not None and until <= clock.today():
        raise Refused("A hold ends on a day to come.", field="until")
    if until is not None and not reason:
        raise Refused("Say why the pilot is on hold.", field="reason")
    before, after = events.changed(pilot, {"on_hold_until": until, "hold_reason": reason})
    if not after:
        return pilot
    pilot.on_hold_until, pilot.hold_reason = until, reason
    pilot.version += 1
    pilot.save(update_fields=["on_hold_until", "hold_reason", "version"])
    verb = "pilot.held" if until else "pilot.resumed"
    events.record(
        verb=verb, by=by, channel=channel, pilot=pilot, before=before, after=after, reason=reason
    )
    flags.sweep_pilots(pilots=[pilot.pk])
    return pilot


def check_unit(by: User, unit: Unit) -> None:
    """Into a unit moves a pilot only who could register one there."""
    if unit.retired_on:
        raise Refused(f"{unit} was retired. Choose another unit.", field="unit")
    if not roles_of(by).may_create_in(unit.lineage):
        raise Refused(
            f"You may not register pilots in {unit}, so you cannot move one there.", field="unit"
        )


def locked(pilot: Pilot) -> Pilot:
    """The pilot as it is now, its row locked for the rest of the transaction."""
    rows = Pilot.objects.select_for_update(of=("self",)).select_related("unit")
    found = rows.filter(pk=pilot.pk).first()
    if found is None:
        raise Conflict(f"{pilot.ref} was removed or merged in the meantime.")
    return found


def check_external_id(value: str, *, but: int = 0) -> None:
    """A reference in another list names one pilot; removed pilots keep theirs.

    One sentence whoever asks and whatever has it, so that it tells nothing of the other pilot: not
    whether it was removed, nor whether it is one that they may not see.
    """
    if value and Pilot.everything.filter(external_id=value).exclude(pk=but).exists():
        raise Refused(TAKEN, field="external_id")


@contextmanager
def _alone(external_id: str) -> Iterator[None]:
    """Write a reference that somebody else may take between the look and the write."""
    if not external_id:
        yield
        return
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "external_id_is_unique" not in str(error):
            raise
        raise Refused(TAKEN, field="external_id") from error
