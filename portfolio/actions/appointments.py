"""The rows of a role: who may hold it, how it begins and ends. Callers lock and check rights."""

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.actions import events
from portfolio.models import Pilot, RoleAssignment, RoleKind


def appoint(
    *,
    pilot: Pilot,
    person: User,
    role: str,
    by: User,
    channel: str,
    former: RoleAssignment | None = None,
    batch: str = "",
) -> RoleAssignment:
    """Begin a role today, and end the former holder's if it passes from one to the other.

    `batch` marks what was done together, so that it can be undone together.
    """
    if former:
        end(former)
    assignment = RoleAssignment.objects.create(
        pilot=pilot, person=person, role=role, since=clock.today(), recorded_at=clock.now()
    )
    events.record(
        verb="person.assigned", by=by, channel=channel, pilot=pilot,
        before={role: former.person} if former else {},
        after={role: person, **({"batch": batch} if batch else {})},
    )  # fmt: skip
    return assignment


def end(assignment: RoleAssignment) -> None:
    assignment.until = clock.today()
    assignment.save(update_fields=["until"])


def check(person: User, role: str) -> None:
    """Refuse whoever cannot hold the role: accountable are internal people who are here."""
    if role not in RoleKind.values:
        raise Refused(f"“{role}” is not a role on a pilot.", field="role")
    if not person.is_active:
        raise Refused(f"{person} has left; choose somebody who is here.", field="person")
    if role != RoleKind.REVIEWER and not person.is_internal:
        raise Refused(
            f"{person} is external; who answers for a pilot must be internal.", field="person"
        )
