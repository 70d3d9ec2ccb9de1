"""Accounts of an identity provider, linked to people by the provider's own number for them."""

from collections.abc import Iterable, Mapping

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from accounts.actions import events, roles, users
from accounts.actions.addresses import vouch
from accounts.models import Channel, Membership, Role, User
from common.errors import Refused


@transaction.atomic
def link(*, user: User, provider: str, name: str, uid: str) -> SocialAccount:
    """From now on whoever the provider knows by `uid` is this person. `name` is for people."""
    held = SocialAccount.objects.filter(user=user, provider=provider).first()
    if held and held.uid == uid:
        return held
    if held:
        raise Refused(f"{user} is linked to another account of {name} already.")
    try:
        with transaction.atomic():
            made = SocialAccount.objects.create(user=user, provider=provider, uid=uid)
    except IntegrityError:
        raise Refused(f"That account of {name} is linked to somebody else.") from None
    events.record(
        verb="identity.linked", by=user, channel=Channel.WEB, person=user,
        after={"provider": name},
    )  # fmt: skip
    return made


@transaction.atomic
def join(*, email: str, full_name: str, provider: str, name: str, uid: str) -> SocialAccount:
    """Somebody the provider vouches for and we did not know: a viewer from now on."""
    made = users.create(email=email, name=full_name[:200], roles=[Role.VIEWER])
    vouch(made)
    return link(user=made, provider=provider, name=name, uid=uid)


@transaction.atomic
def unlink(*, by: User, name: str) -> None:
    """The person goes on with a password only."""
    if not by.has_usable_password():
        raise Refused("Set a password first: without it you could not sign in any more.")
    ended, _ = SocialAccount.objects.filter(user=by).delete()
    if ended:
        events.record(
            verb="identity.unlinked", by=by, channel=Channel.WEB, person=by,
            before={"provider": name},
        )  # fmt: skip


@transaction.atomic
def follow(*, user: User, groups: Iterable[str], mapping: Mapping[str, str]) -> None:
    """Hold exactly those of the mapped roles that the provider's groups give.

    Only roles for the whole company that the mapping names; others are left alone. The last
    administrator stays one, whatever the provider says.
    """
    wanted = {role for group, role in mapping.items() if group in set(groups)}
    held = Membership.objects.current().filter(user=user, unit=None, role__in=mapping.values())
    for membership in held.exclude(role__in=wanted).select_related("user", "unit"):
        try:
            roles.end(membership=membership, by=None, channel=Channel.SYSTEM)
        except Refused:
            continue
    for role in sorted(wanted - set(held.values_list("role", flat=True))):
        roles.grant(user=user, role=role)
