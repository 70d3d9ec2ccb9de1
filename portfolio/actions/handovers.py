"""One person is asked to own many pilots at once, and what was done is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.actions import events, flags
from portfolio.actions.appointments import ask, check, end, retract
from portfolio.actions.pilots import locked
from portfolio.actions.proposal_letters import tell_asked
from portfolio.models import (
    ENDED_STAGES,
    Event,
    OwnerProposal,
    Pilot,
    RoleAssignment,
    RoleKind,
)

AT_ONCE = 500
UNDO_WITHIN = timedelta(minutes=10)
UNDONE = "assignment.undone"


@dataclass(frozen=True)
class Handover:
    """What happened: refs of pilots that are offered, need no asking, or were not yours."""

    batch: str
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[str, ...]


@transaction.atomic
def hand_over(*, pilots: Sequence[int], person: User, by: User, channel: str) -> Handover:
    """Ask a person to own these pilots: one letter, one event for each; they own what they accept.

    Whom somebody else was asking is asked no more. Pilots that `by` may not edit are left alone
    and named; those they may not see do not exist; ended ones need no owner.
    """
    if len(pilots) > AT_ONCE:
        raise Refused(f"At most {AT_ONCE} pilots can be handed over at once; narrow the choice.")
    check(person, RoleKind.OWNER)
    batch = str(uuid4())
    rows = Pilot.objects.visible_to(by).filter(pk__in=pilots).order_by("pk")
    seen = list(rows.select_for_update(of=("self",)))
    editable = set(Pilot.objects.editable_by(by).filter(pk__in=pilots).values_list("pk", flat=True))
    owners = RoleAssignment.objects.open().owners().filter(pilot__in=editable)
    former = {held.pilot_id: held for held in owners.select_related("person")}
    open_ = OwnerProposal.objects.open().filter(pilot__in=editable)
    pending = {one.pilot_id: one for one in open_.select_related("person", "pilot", "letter")}
    told: dict[str, list[str]] = {"changed": [], "unchanged": [], "refused": []}
    asked: list[OwnerProposal] = []
    for pilot in seen:
        held, other = former.get(pilot.pk), pending.get(pilot.pk)
        if pilot.pk not in editable:
            told["refused"].append(pilot.ref)
        elif _settled(pilot, person, held, other):
            told["unchanged"].append(pilot.ref)
        else:
            if other:
                retract(other, by=by, channel=channel)
            theirs = held.person if held and held.person_id != person.pk else None
            asked.append(
                ask(pilot=pilot, person=person, by=by, channel=channel, former=theirs, batch=batch)
            )
            told["changed"].append(pilot.ref)
    if person.pk != by.pk:
        tell_asked(proposals=asked)
    flags.sweep_pilots(pilots=[one.pilot_id for one in asked])
    return Handover(batch, *(tuple(refs) for refs in told.values()))


def _settled(
    pilot: Pilot, person: User, held: RoleAssignment | None, asked: OwnerProposal | None
) -> bool:
    """Whether there is nothing to ask: it has ended, or they own it or are asked already."""
    owns = held is not None and held.person_id == person.pk
    waits = asked is not None and asked.person_id == person.pk
    return pilot.stage in ENDED_STAGES or owns or waits


@transaction.atomic
def take_back(*, batch: str, by: User, channel: str) -> tuple[int, int]:
    """Undo what one did together in the last minutes: (taken back, left because changed since).

    The undo is a second event; the intervals in between stay as history.
    """
    done = Event.objects.filter(
        at__gte=clock.now() - UNDO_WITHIN,
        actor=by,
        after__batch=batch,
        verb__in=("person.assigned", "owner.proposed"),
    ).order_by("pilot_id")
    found = list(done.select_related("pilot"))
    if not found:
        raise Refused("There is nothing left to undo: it was more than ten minutes ago.")
    taken = sum(_take_back(event, by, channel) for event in found)
    flags.sweep_pilots(pilots=[event.pilot_id for event in found if event.pilot_id])
    return taken, len(found) - taken


def _take_back(event: Event, by: User, channel: str) -> bool:
    if event.pilot is None or event.pilot.removed_at:  # What is gone keeps nobody from the others.
        return False
    pilot = locked(event.pilot)
    if event.verb == "owner.proposed":
        asked = pilot.owner_proposals.open().filter(person_id=event.after["asked"]["id"])
        proposal = asked.select_related("person", "pilot", "letter").first()
        if proposal:
            retract(proposal, by=by, channel=channel)
        return proposal is not None
    role = next(name for name in event.after if name in RoleKind.values)
    held = pilot.people.filter(person_id=event.after[role]["id"], role=role, until=None)
    current = held.select_related("person").first()
    if current is None:
        return False
    end(current)
    before = User.objects.filter(pk=event.before.get(role, {}).get("id"))
    former = before.filter(is_active=True, is_internal=True).first()
    if former:
        RoleAssignment.objects.create(
            pilot=pilot, person=former, role=role, since=clock.today(), recorded_at=clock.now()
        )
    events.record(
        verb=UNDONE, by=by, channel=channel, pilot=pilot,
        before={role: current.person}, after={role: former},
    )  # fmt: skip
    return True
