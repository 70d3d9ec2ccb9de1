"""Who does what on a pilot, as dated intervals."""

from django.db import transaction

from accounts.models import User
from common.errors import NotAllowed
from portfolio.access import may_edit
from portfolio.actions import events, flags
from portfolio.actions.appointments import appoint, check, end
from portfolio.actions.pilots import locked
from portfolio.models import AREAS, Pilot, RoleAssignment, RoleKind

ONE_EACH = frozenset({RoleKind.OWNER, *AREAS})


@transaction.atomic
def assign(
    *, pilot: Pilot, person: User, by: User, channel: str, role: str = RoleKind.OWNER,
    batch: str = "",
) -> RoleAssignment:  # fmt: skip
    """Give a person a role on a pilot. Of owners and areas there is one: the former one's ends.

    An owner given so is named but has not accepted; people are asked by `proposals.propose`.
    """
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the people of {pilot.ref}.")
    check(person, role)
    held = pilot.people.filter(role=role, until=None).select_related("person")
    mine = held.filter(person=person).first()
    if mine:
        return mine
    former = held.first() if role in ONE_EACH else None
    assignment = appoint(
        pilot=pilot, person=person, role=role, by=by, channel=channel, former=former, batch=batch
    )
    flags.sweep_pilots(pilots=[pilot.pk])
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
    end(current)
    events.record(
        verb="person.released", by=by, channel=channel, pilot=pilot,
        before={current.role: current.person},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
