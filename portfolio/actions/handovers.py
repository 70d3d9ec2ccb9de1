"""Many pilots get one owner at once, and an assignment is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.actions import events, flags
from portfolio.actions.appointments import appoint, check, end
from portfolio.actions.pilots import locked
from portfolio.models import Event, Pilot, RoleAssignment, RoleKind

AT_ONCE = 500
UNDO_WITHIN = timedelta(minutes=10)
UNDONE = "assignment.undone"


@dataclass(frozen=True)
class Handover:
    """What happened: refs of pilots that got the owner, had them already, or were not yours."""

    batch: str
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[str, ...]


@transaction.atomic
def hand_over(*, pilots: Sequence[int], person: User, by: User, channel: str) -> Handover:
    """Make a person the owner of these pilots; one event for each that changes.

    Pilots that `by` may not edit are left alone and named; those they may not see do not exist.
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
    told: dict[str, list[str]] = {"changed": [], "unchanged": [], "refused": []}
    changed: list[int] = []
    for pilot in seen:
        held = former.get(pilot.pk)
        if pilot.pk not in editable:
            told["refused"].append(pilot.ref)
        elif held and held.person_id == person.pk:
            told["unchanged"].append(pilot.ref)
        else:
            appoint(
                pilot=pilot, person=person, role=RoleKind.OWNER, by=by, channel=channel,
                former=held, batch=batch,
            )  # fmt: skip
            told["changed"].append(pilot.ref)
            changed.append(pilot.pk)
    flags.sweep_pilots(pilots=changed)
    return Handover(batch, *(tuple(refs) for refs in told.values()))


@transaction.atomic
def take_back(*, batch: str, by: User, channel: str) -> tuple[int, int]:
    """Undo one's own assignment of the last minutes: (taken back, left because changed since).

    The undo is a second event; the intervals in between stay as history.
    """
    done = Event.objects.filter(
        at__gte=clock.now() - UNDO_WITHIN, actor=by, verb="person.assigned", after__batch=batch
    ).order_by("pilot_id")
    found = list(done.select_related("pilot"))
    if not found:
        raise Refused("There is nothing left to undo: it was more than ten minutes ago.")
    taken = sum(_take_back(event, by, channel) for event in found)
    flags.sweep_pilots(pilots=[event.pilot_id for event in found if event.pilot_id])
    return taken, len(found) - taken


def _take_back(event: Event, by: User, channel: str) -> bool:
    if event.pilot is None:
        return False
    pilot = locked(event.pilot)
    role = next(name for name in event.after if name in RoleKind.values)
    held = pilot.people.filter(person_id=event.after[role]["id"], role=role, until=None)
    current = held.select_related("person").first()
    if current is None:
        return False
    end(current)
    former = User.objects.filter(pk=event.before.get(role, {}).get("id"), is_active=True).first()
    if former:
        RoleAssignment.objects.create(
            pilot=pilot, person=former, role=role, since=clock.today(), recorded_at=clock.now()
        )
    events.record(
        verb=UNDONE, by=by, channel=channel, pilot=pilot,
        before={role: current.person}, after={role: former},
    )  # fmt: skip
    return True
