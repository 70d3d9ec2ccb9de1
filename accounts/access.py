"""Who holds which role, and where: asked once per request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.http import Http404

from accounts.models import Membership, Role, Unit, User
from common.errors import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True)
class Roles:
    """The roles a person holds now.

    `managed` are lineages of units a portfolio manager manages, `created` of those in which the
    person may register pilots; "/" is everything.
    """

    codes: frozenset[str] = frozenset()
    managed: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    created: tuple[str, ...] = ()

    @property
    def may_create(self) -> bool:
        """May register pilots in some unit at least."""
        return bool(self.created)

    @property
    def may_import(self) -> bool:
        return bool(self.codes & {Role.PORTFOLIO_MANAGER, Role.ADMINISTRATOR})

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.codes

    @property
    def sees_people(self) -> bool:
        """Opens the list of people, their roles and when they were last here."""
        return bool(self.codes & {Role.ADMINISTRATOR, Role.PORTFOLIO_MANAGER})

    @property
    def is_auditor(self) -> bool:
        return Role.AUDITOR in self.codes

    @property
    def sees_everything(self) -> bool:
        """Restricted pilots of every unit too."""
        return self.is_auditor or "/" in self.managed

    @property
    def sees_portfolio(self) -> bool:
        """Gets the portfolio's digest, not only their own pilots'."""
        return bool(self.codes & {Role.PORTFOLIO_MANAGER, Role.EXECUTIVE})

    def manages(self, lineage: str) -> bool:
        return any(lineage.startswith(prefix) for prefix in self.managed)

    def may_create_in(self, lineage: str) -> bool:
        return any(lineage.startswith(prefix) for prefix in self.created)


NOBODY = Roles()


def roles_of(user: "User | AnonymousUser") -> Roles:
    """The person's current roles; one query, then remembered on the user object."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    known: Roles | None = getattr(user, "_roles", None)
    if known is None:
        known = _load(user)
        user._roles = known  # type: ignore[attr-defined]
    return known


def remember_roles(users: Sequence[User]) -> None:
    """Load the roles of many people at once, so that `roles_of` asks nothing more; one query."""
    held: dict[int, list[tuple[str, str | None]]] = {user.pk: [] for user in users}
    current = Membership.objects.current().filter(user__in=held)
    for person, role, lineage in current.values_list("user", "role", "unit__lineage"):
        held[person].append((role, lineage))
    for user in users:
        user._roles = _roles(held[user.pk]) if user.is_active else NOBODY  # type: ignore[attr-defined]


def _load(user: User) -> Roles:
    rows = Membership.objects.current().filter(user=user).values_list("role", "unit__lineage")
    return _roles(list(rows))


def _roles(rows: Sequence[tuple[str, str | None]]) -> Roles:
    return Roles(
        codes=frozenset(role for role, _ in rows),
        managed=_lineages(rows, Role.PORTFOLIO_MANAGER),
        decided=_lineages(rows, Role.EXECUTIVE),
        created=_lineages(rows, Role.PRODUCT_OWNER, Role.PORTFOLIO_MANAGER),
    )


def _lineages(rows: Sequence[tuple[str, str | None]], *wanted: str) -> tuple[str, ...]:
    return tuple(sorted(lineage or "/" for role, lineage in rows if role in wanted))


def require_people(user: User, *, need: Literal["view", "change"] = "view") -> None:
    """NotAllowed unless the person may look at people, or change them."""
    roles = roles_of(user)
    if need == "change" and not roles.is_administrator:
        raise NotAllowed("Only an administrator may change people.")
    if not (roles.sees_people or roles.is_administrator):
        raise NotAllowed("Only administrators and portfolio managers open the list of people.")


def get_person(user: User, number: int, *, need: Literal["view", "change"] = "view") -> User:
    """The one door to a person: NotAllowed without the right, Http404 when there is none."""
    require_people(user, need=need)
    person = User.objects.filter(pk=number).first()
    if person is None:
        raise Http404("There is no such person.")
    return person


def require_settings(user: User) -> None:
    """NotAllowed for everyone but administrators."""
    if not roles_of(user).is_administrator:
        raise NotAllowed("The settings of the company are for administrators.")


def require_units(user: User) -> None:
    """NotAllowed for whoever may not change the tree of units."""
    if not roles_of(user).is_administrator:
        raise NotAllowed("Only an administrator may change units.")


def get_unit(user: User, number: int, *, need: Literal["view", "change"] = "view") -> Unit:
    """The one door to a unit; everyone signed in may look at one."""
    if need == "change":
        require_units(user)
    unit = Unit.objects.select_related("parent").filter(pk=number).first()
    if unit is None:
        raise Http404("There is no such unit.")
    return unit
