"""The people of one pilot, as its page shows them."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.models import (
    AREAS,
    OwnerProposal,
    Pilot,
    ProposalOutcome,
    RoleAssignment,
    RoleKind,
    Stage,
)
from portfolio.models.person import TEAM
from portfolio.queries.twelve_months import TwelveMonths, twelve_months

PAST = 10  # answered questions that are shown
ELSEWHERE = frozenset({RoleKind.OWNER, *AREAS, *TEAM})
LATE = frozenset({Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION})


@dataclass(frozen=True, slots=True)
class Holder:
    id: int
    role: str
    name: str
    email: str
    since: date
    until: date | None
    accepted_on: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question. `mine`: to answer; `may_withdraw`: to take back."""

    id: int
    name: str
    by: str
    on: date
    days: int
    note: str
    mine: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered with no, or taken back."""

    name: str
    words: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the ownership matrix, or of the team: what it is, and who has it."""

    code: str
    label: str
    what: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class PeopleSection:
    """`named` says that the viewer is named as the owner and has not accepted yet.

    `one_view` is the hint that who answers for the value built it too. `matters` says that the
    stage asks for areas and for the year to come.
    """

    owner: Holder | None
    asked: Asked | None
    past: tuple[Answered, ...]
    named: bool
    others: tuple[Holder, ...]
    areas: tuple[Slot, ...]
    covered: int
    team: tuple[Slot, ...]
    former: tuple[Holder, ...]
    one_view: bool
    matters: bool
    later: TwelveMonths | None

    @property
    def staffed(self) -> bool:
        return any(slot.holders for slot in self.team)


def people_section(
    pilot: Pilot, roles: list[RoleAssignment], *, user: User, edit: bool, as_of: date
) -> PeopleSection:
    """Two or three queries beside the roles, which the page has read already."""
    asked, past = _asked(pilot, user, edit, as_of)
    held = [role for role in roles if role.until is None]
    owner = next((role for role in held if role.role == RoleKind.OWNER), None)
    areas = tuple(_slot(kind, *words, held) for kind, words in AREAS.items())
    matters = pilot.stage in LATE
    return PeopleSection(
        owner=_holder(owner) if owner else None, asked=asked, past=past, areas=areas,
        covered=sum(bool(area.holders) for area in areas), one_view=_one_view(held),
        team=tuple(_slot(kind, str(kind.label), "", held) for kind in TEAM), matters=matters,
        later=twelve_months(pilot, as_of),
        named=owner is not None and owner.person_id == user.pk and owner.accepted_on is None,
        others=tuple(_holder(role) for role in held if role.role not in ELSEWHERE),
        former=tuple(_holder(role) for role in roles if role.until is not None),
    )  # fmt: skip


def _slot(kind: RoleKind, label: str, what: str, held: list[RoleAssignment]) -> Slot:
    return Slot(kind, label, what, tuple(_holder(one) for one in held if one.role == kind))


def _one_view(held: list[RoleAssignment]) -> bool:
    value = {role.person_id for role in held if role.role == RoleKind.VALUE_OWNER}
    return bool(value) and value <= {
        role.person_id for role in held if role.role == RoleKind.TECHNICAL_OWNER
    }


def asked_of(pilot: Pilot) -> OwnerProposal | None:
    """The open question about its owner; one query."""
    return pilot.owner_proposals.open().select_related("person", "asked_by").first()


def owner_of(pilot: Pilot) -> RoleAssignment | None:
    """Who owns it now; one query."""
    return pilot.people.open().owners().select_related("person").first()


def _asked(
    pilot: Pilot, user: User, edit: bool, as_of: date
) -> tuple[Asked | None, tuple[Answered, ...]]:
    rows = pilot.owner_proposals.exclude(outcome=ProposalOutcome.ACCEPTED)
    found = list(rows.select_related("person", "asked_by").order_by("-asked_on", "-pk")[:PAST])
    open_ = next((row for row in found if row.outcome == ProposalOutcome.OPEN), None)
    past = tuple(
        Answered(str(row.person), row.get_outcome_display().lower(), row.answered_on, row.reason)
        for row in found
        if row.answered_on
    )
    if open_ is None:
        return None, past
    asked = Asked(
        id=open_.pk, name=str(open_.person), by=str(open_.asked_by or "Pilotage"),
        on=open_.asked_on, days=(as_of - open_.asked_on).days, note=open_.note,
        mine=open_.person_id == user.pk, may_withdraw=edit or open_.asked_by_id == user.pk,
    )  # fmt: skip
    return asked, past


def _holder(role: RoleAssignment) -> Holder:
    return Holder(
        role.pk, RoleKind(role.role).label, str(role.person), role.person.email, role.since,
        role.until, role.accepted_on,
    )  # fmt: skip
