"""People and their roles."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import Membership, Role, Unit, User
from common import clock, text
from common.errors import Refused


@transaction.atomic
def create(
    *,
    email: str,
    roles: list[str],
    name: str = "",
    password: str | None = None,
    unit: Unit | None = None,
    must_change_password: bool = False,
) -> User:
    """Add a person with these roles; without a password they set one by mail."""
    email = email.strip()
    try:
        if email != "admin@localhost":  # The documented first account has no domain.
            validate_email(email)
    except ValidationError:
        raise Refused(f"“{email}” is not an e-mail address.", field="email") from None
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(f"There is already an account for {email}.", field="email")
    user = User(email=email, name=text.clean(name), must_change_password=must_change_password)
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), field="password") from None
    user.set_password(password)
    user.save()
    for role in roles:
        grant(user=user, role=role, unit=unit)
    return user


def choose_password(*, by: User, password: str) -> None:
    """The person sets their own password; a password made for one use is used up by that."""
    by.set_password(password)
    by.must_change_password = False
    by.save(update_fields=["password", "must_change_password"])


def grant(*, user: User, role: str, unit: Unit | None = None) -> Membership:
    """Give a role, for the whole company or for a unit's subtree; twice is once."""
    if role not in Role.values:
        known = ", ".join(Role.values)
        raise Refused(f"“{role}” is not a role. The roles are: {known}.", field="role")
    membership, _ = Membership.objects.get_or_create(
        user=user, role=role, unit=unit, until=None, defaults={"since": clock.today()}
    )
    return membership
