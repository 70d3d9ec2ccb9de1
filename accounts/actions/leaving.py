"""People leave, come back, and stand inside or outside the company."""

from django.db import transaction

from accounts.actions import events, roles
from accounts.actions.rights import keep_an_administrator, require_administrator
from accounts.actions.sessions import end_all
from accounts.models import Membership, User
from common import registry, text
from common.errors import Refused


@transaction.atomic
def deactivate(*, user: User, by: User | None, channel: str, reason: str = "") -> int:
    """Close the account: sessions, company roles and everything they answer for end today.

    Returns how many roles on pilots ended; the flags that follow open in the same transaction.
    """
    require_administrator(by)
    if by is not None and by.pk == user.pk:
        raise Refused("You cannot close your own account. Ask another administrator.")
    keep_an_administrator(user)
    user = _locked(user)
    if not user.is_active:
        return 0
    user.is_active = False
    user.save(update_fields=["is_active"])
    events.record(
        verb="person.deactivated", by=by, channel=channel, person=user,
        before={"is_active": True}, after={"is_active": False},
        reason=text.clean(reason, lines=True),
    )  # fmt: skip
    held = Membership.objects.current().filter(user=user).select_related("user", "unit")
    for membership in held.select_for_update(of=("self",)):
        roles.close(membership=membership, by=by, channel=channel)
    end_all(user=user)
    return _release(user, by, channel, accountable=False)


@transaction.atomic
def reactivate(*, user: User, by: User | None, channel: str) -> None:
    """Open the account again. What ended stays ended: roles are given anew."""
    require_administrator(by)
    user = _locked(user)
    if user.is_active:
        return
    if user.forgotten_at:
        raise Refused("Nobody knows any more who this was. Add the person anew.")
    user.is_active = True
    user.save(update_fields=["is_active"])
    events.record(
        verb="person.reactivated", by=by, channel=channel, person=user,
        before={"is_active": False}, after={"is_active": True},
    )  # fmt: skip


@transaction.atomic
def set_internal(*, user: User, internal: bool, by: User | None, channel: str) -> int:
    """Mark a person as inside or outside the company.

    An outsider answers for nothing: such roles end today. Returns how many did.
    """
    require_administrator(by)
    user = _locked(user)
    if user.is_internal == internal:
        return 0
    user.is_internal = internal
    user.save(update_fields=["is_internal"])
    events.record(
        verb="person.edited", by=by, channel=channel, person=user,
        before={"is_internal": not internal}, after={"is_internal": internal},
    )  # fmt: skip
    return 0 if internal else _release(user, by, channel, accountable=True)


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _release(user: User, by: User | None, channel: str, *, accountable: bool) -> int:
    return sum(
        source.release(person=user, by=by, channel=channel, accountable=accountable)
        for source in registry.answerings.values()
    )
