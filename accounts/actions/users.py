"""People come, are renamed and choose passwords here."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.actions import events
from accounts.actions.addresses import forget_old_addresses
from accounts.actions.rights import require_administrator
from accounts.actions.roles import grant
from accounts.models import Channel, Unit, User
from common import text
from common.changes import changed
from common.errors import Refused

__all__ = ["choose_password", "create", "edit", "grant"]


@transaction.atomic
def create(
    *,
    email: str,
    roles: list[str],
    name: str = "",
    password: str | None = None,
    unit: Unit | None = None,
    must_change_password: bool = False,
    is_internal: bool = True,
    by: User | None = None,
    channel: str = Channel.SYSTEM,
) -> User:
    """Add a person with these roles; without a password they set one by a one-time link."""
    require_administrator(by)
    email = _address(email)
    user = User(
        email=email,
        name=_name(name),
        must_change_password=must_change_password,
        is_internal=is_internal,
    )
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), field="password") from None
    user.set_password(password)
    user.save()
    events.record(
        verb="person.added", by=by, channel=channel, person=user,
        after={"email": email, "name": user.name, "is_internal": is_internal},
    )  # fmt: skip
    for role in roles:
        grant(user=user, role=role, unit=unit, by=by, channel=channel)
    return user


@transaction.atomic
def edit(*, user: User, name: str, email: str, by: User, channel: str) -> User:
    """Correct a person's name and address. With the address, the way to sign in changes."""
    require_administrator(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.forgotten_at:
        raise Refused("The data of this person was removed. It cannot be given back.")
    email = email.strip() if email.strip() == user.email else _address(email, but=user)
    before, after = changed(user, {"name": _name(name), "email": email})
    if not after:
        return user
    for field, value in after.items():
        setattr(user, field, value)
    user.save(update_fields=list(after))
    if "email" in after:
        forget_old_addresses(user)
    events.record(
        verb="person.edited", by=by, channel=channel, person=user, before=before, after=after
    )
    return user


@transaction.atomic
def choose_password(*, by: User, password: str) -> None:
    """The person sets their own password; a password made for one use is used up by that."""
    by.set_password(password)
    by.must_change_password = False
    by.save(update_fields=["password", "must_change_password"])
    events.record(verb="password.chosen", by=by, channel=Channel.WEB, person=by)


def _address(email: str, *, but: User | None = None) -> str:
    email = email.strip()
    try:
        if email != "admin@localhost":  # The documented first account has no domain.
            validate_email(email)
    except ValidationError:
        raise Refused(f"“{email}” is not an e-mail address.", field="email") from None
    if len(email) > 254:
        raise Refused("An e-mail address has at most 254 characters.", field="email")
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    if others.filter(email__iexact=email).exists():
        raise Refused(f"There is already an account for {email}.", field="email")
    return email


def _name(name: str) -> str:
    name = text.clean(name)
    if len(name) > 200:
        raise Refused("A name has at most 200 characters.", field="name")
    return name
