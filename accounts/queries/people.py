"""The list of people, and what its filter offers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, Role, User
from accounts.models.user import BY_NAME
from common.keyset import Order, Page, filter_hash, paginate

PAGE_SIZE = 50
# Those who can sign in, outsiders among them; the other states are parts of it, or have left.
STATES = {
    "": "people",
    "external": "external people",
    "invited": "people who never signed in",
    "closed": "people who left",
}
ORDER = Order("name", BY_NAME, "accounts_user_by_name")


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A company role in words; `unit` is "" for the whole company."""

    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    email: str
    roles: tuple[HeldRole, ...]
    last_sign_in: datetime | None
    is_active: bool
    is_internal: bool


@dataclass(frozen=True)
class PeopleList:
    page: Page[PersonRow]
    count: int
    words: str
    state: str
    role: str

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.state or self.role)


def people_list(*, words: str, state: str, role: str, cursor: str) -> PeopleList:
    """One page of people by name. Unknown states and roles are left out of the filter."""
    state = state if state in STATES else ""
    role = role if role in Role.values else ""
    words = " ".join(words.split())[:200]
    found = _filtered(words, state, role)
    wanted = {"q": words, "state": state, "role": role}
    columns: list[str] = ["id", "name", "email", "last_login", "is_active", "is_internal"]
    base: QuerySet[Any, dict[str, Any]] = found.values(*columns)
    page = paginate(base, ORDER, cursor=cursor, filters=filter_hash(wanted), size=PAGE_SIZE)
    held = _roles([row["id"] for row in page.rows])
    rows = [_row(row, held.get(row["id"], ())) for row in page.rows]
    return PeopleList(page.with_rows(rows), found.count(), words, state, role)


def _filtered(words: str, state: str, role: str) -> QuerySet[User]:
    found = User.objects.filter(is_active=state != "closed")
    if state == "external":
        found = found.filter(is_internal=False)
    if state == "invited":
        found = found.filter(last_login=None)
    if role:
        held = Membership.objects.current().filter(user=OuterRef("pk"), role=role)
        found = found.filter(Exists(held))
    for word in words.split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found


def _roles(ids: list[int]) -> dict[int, tuple[HeldRole, ...]]:
    rows = Membership.objects.current().filter(user__in=ids).order_by("role", "unit__path")
    held: dict[int, tuple[HeldRole, ...]] = {}
    for user, role, unit in rows.values_list("user_id", "role", "unit__path"):
        held[user] = (*held.get(user, ()), HeldRole(Role(role).label, unit or ""))
    return held


def _row(row: dict[str, Any], roles: tuple[HeldRole, ...]) -> PersonRow:
    return PersonRow(
        id=row["id"], name=row["name"] or row["email"], email=row["email"], roles=roles,
        last_sign_in=row["last_login"], is_active=row["is_active"],
        is_internal=row["is_internal"],
    )  # fmt: skip
