"""Who does what on a pilot, as dated intervals."""

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events
from portfolio.actions.pilots import locked
from portfolio.models import Pilot, RoleAssignment, RoleKind


@transaction.atomic
def assign(
    *, pilot: Pilot, person: User, by: User, channel: str, role: str = RoleKind.OWNER
) -> RoleAssignment:
    """Give a person a role on a pilot. A new owner ends the former owner's interval today."""
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the people of {pilot.ref}.")
    _check(person, role)
    held = pilot.people.filter(role=role, until=None)
    mine = held.filter(person=person).first()
    if mine:
        return mine
    before: dict[str, object] = {}
    if role == RoleKind.OWNER:
        former = held.select_related("person").first()
        if former:
            before = {role: former.person}
            _end(former)
    assignment = RoleAssignment.objects.create(
        pilot=pilot, person=person, role=role, since=clock.today(), recorded_at=clock.now()
    )
    events.record(
        verb="person.assigned", by=by, channel=channel, pilot=pilot,
        before=before, after={role: person},
    )  # fmt: skip
    return assignment


@transaction.atomic
def release(*, assignment: RoleAssignment, by: User, channel: str) -> None:
    """End a role on a pilot today; the interval stays as history."""
    pilot = locked(assignment.pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the people of {pilot.ref}.")
    current = (
        RoleAssignment.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=assignment.pk, until=None)
        .first()
    )
    if current is None:
        return
    _end(current)
    events.record(
        verb="person.released", by=by, channel=channel, pilot=pilot,
        before={current.role: current.person},
    )  # fmt: skip


def _end(assignment: RoleAssignment) -> None:
    assignment.until = clock.today()
    assignment.save(update_fields=["until"])


def _check(person: User, role: str) -> None:
    if role not in RoleKind.values:
        raise Refused(f"“{role}” is not a role on a pilot.", field="role")
    if not person.is_active:
        raise Refused(f"{person} has left; choose somebody who is here.", field="person")
    if role != RoleKind.REVIEWER and not person.is_internal:
        raise Refused(
            f"{person} is external; who answers for a pilot must be internal.", field="person"
        )
