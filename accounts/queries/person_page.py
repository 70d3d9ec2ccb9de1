"""One person as administrators and portfolio managers see them."""

from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from accounts.models import Membership, Role, User
from accounts.queries.history import Happening, history
from common import registry
from common.registry import Holding


@dataclass(frozen=True, slots=True)
class RoleRow:
    id: int
    label: str
    unit: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the person gets in."""

    password: bool
    app: bool
    passkeys: int
    linked: bool
    sessions: int

    @property
    def factors(self) -> bool:
        return self.app or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: User
    roles: tuple[RoleRow, ...]
    former: tuple[RoleRow, ...]
    held: tuple[Holding, ...]
    sign_in: SignIn
    history: tuple[Happening, ...]


def person_page(person: User, *, by: User) -> PersonPage:
    """Everything on the person's page, as far as `by` may see it."""
    rows = Membership.objects.filter(user=person).select_related("unit").order_by("-since", "-id")
    roles = [
        RoleRow(m.pk, Role(m.role).label, m.unit.path if m.unit else "", m.since, m.until)
        for m in rows
    ]
    return PersonPage(
        person=person,
        roles=tuple(role for role in roles if role.until is None),
        former=tuple(role for role in roles if role.until),
        held=tuple(held_by(person, by=by)),
        sign_in=sign_in(person),
        history=tuple(history(person)),
    )


def held_by(person: User, *, by: User, accountable: bool = False) -> list[Holding]:
    """What the person answers for, of what `by` may see."""
    return [
        holding
        for source in registry.answerings.values()
        for holding in source.held(person, by, accountable)
    ]


def sign_in(person: User) -> SignIn:
    """The ways in that are set up."""
    kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return SignIn(
        password=person.has_usable_password(),
        app=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        linked=SocialAccount.objects.filter(user=person).exists(),
        sessions=UserSession.objects.filter(user=person).count(),
    )
