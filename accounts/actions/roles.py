"""Roles in the company, as dated intervals."""

from django.db import transaction

from accounts.actions import events
from accounts.actions.rights import keep_an_administrator, require_administrator
from accounts.models import Channel, Membership, Role, Unit, User
from common import clock
from common.errors import Refused

# Their rights are not divided by units, so a limit would promise what does not hold.
WHOLE_COMPANY = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


@transaction.atomic
def grant(
    *,
    user: User,
    role: str,
    unit: Unit | None = None,
    by: User | None = None,
    channel: str = Channel.SYSTEM,
) -> Membership:
    """Give a role, for the whole company or for a unit's subtree; twice is once."""
    require_administrator(by)
    if role not in Role.values:
        known = ", ".join(Role.values)
        raise Refused(f"“{role}” is not a role. The roles are: {known}.", field="role")
    label = Role(role).label
    if unit is not None and role in WHOLE_COMPANY:
        raise Refused(f"{label} is a role for the whole company; leave the unit out.", field="unit")
    if not user.is_active:
        raise Refused(f"{user} has left. Open the account again first.", field="role")
    membership, made = Membership.objects.get_or_create(
        user=user, role=role, unit=unit, until=None, defaults={"since": clock.today()}
    )
    if made:
        _forget(user)
        events.record(
            verb="role.granted", by=by, channel=channel, person=user,
            after={"role": role, "unit": unit},
        )  # fmt: skip
    return membership


@transaction.atomic
def end(*, membership: Membership, by: User | None, channel: str) -> None:
    """End a role today; the interval stays as history. Ended before is fine."""
    require_administrator(by)
    if membership.role == Role.ADMINISTRATOR:
        keep_an_administrator(membership.user)
    current = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "unit")
        .filter(pk=membership.pk, until=None)
        .first()
    )
    if current is not None:
        close(membership=current, by=by, channel=channel)


def close(*, membership: Membership, by: User | None, channel: str) -> None:
    """End one open interval and tell. Callers lock it and check rights."""
    membership.until = clock.today()
    membership.save(update_fields=["until"])
    _forget(membership.user)
    events.record(
        verb="role.ended", by=by, channel=channel, person=membership.user,
        before={"role": membership.role, "unit": membership.unit},
    )  # fmt: skip


def _forget(user: User) -> None:
    """Roles are remembered on the user object (accounts.access); ask again next time."""
    if hasattr(user, "_roles"):
        del user._roles
