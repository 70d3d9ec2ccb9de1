"""Who may change people: administrators, and the command line."""

from accounts.access import roles_of
from accounts.models import Membership, Role, User
from common.errors import NotAllowed, Refused


def require_administrator(by: User | None) -> None:
    """Refuse everyone but an administrator; None is the command line or the system."""
    if by is not None and not roles_of(by).is_administrator:
        raise NotAllowed("Only an administrator may change people.")


def keep_an_administrator(person: User) -> None:
    """Refuse when nobody but this person administers Pilotage. Call it inside the transaction.

    The rows are locked, so that two administrators cannot take the role from each other at once.
    """
    administrators = Membership.objects.current().filter(
        role=Role.ADMINISTRATOR, user__is_active=True
    )
    ids = {row.user_id for row in administrators.select_for_update(of=("self",))}
    if ids == {person.pk}:
        raise Refused(f"{person} is the only administrator. Give the role to somebody else first.")
