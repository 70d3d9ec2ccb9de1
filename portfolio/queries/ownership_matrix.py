"""The ownership matrix of many pilots: who answers for which area, and how much is covered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from common.keyset import Page, paginate
from portfolio.models import AREAS, Pilot, RoleAssignment, RoleKind, Stage
from portfolio.models.person import RoleAssignmentQuerySet
from portfolio.queries.pilots import ORDERS
from portfolio.querysets import PilotQuerySet

LIVE, ALL = "live", "all"
SIZE = 50
PEOPLE = 20  # who hold most of it


@dataclass(frozen=True, slots=True)
class Column:
    """A role of the matrix; `owner` as in "no data owner". Only areas count for the coverage."""

    role: str
    label: str
    owner: str
    area: bool


COLUMNS = (
    Column(RoleKind.OWNER, "Owner", "owner", area=False),
    Column(RoleKind.VALUE_OWNER, "Value", "value owner", area=False),
    *(Column(kind, words[0], str(kind.label).lower(), area=True) for kind, words in AREAS.items()),
)
ROLES = tuple(column.role for column in COLUMNS)


@dataclass(frozen=True)
class Chosen:
    """What the page is asked for; `gap` is a role that nobody holds."""

    unit: int | None = None
    stage: str = LIVE
    gap: str = ""
    person: int | None = None
    person_name: str = ""

    def query(self, **changes: object) -> str:
        """The address of this choice with something changed; what is usual is left out."""
        given = {
            "unit": self.unit, "stage": "" if self.stage == LIVE else self.stage, "gap": self.gap,
            "person": self.person,
        } | changes  # fmt: skip
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Cell:
    """Who holds it; `unsure` says that the owner has not accepted."""

    role: str
    label: str
    names: tuple[str, ...]
    unsure: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    ref: str
    name: str
    unit: str
    stage: str
    restricted: bool
    cells: tuple[Cell, ...]
    covered: int


@dataclass(frozen=True, slots=True)
class Gap:
    """How many of the pilots lack this role, and the address of exactly those."""

    label: str
    missing: int
    query: str


@dataclass(frozen=True, slots=True)
class Holder:
    """How many of the roles a person holds, column by column, and the address of those pilots."""

    name: str
    counts: tuple[int, ...]
    total: int
    query: str


@dataclass(frozen=True)
class Matrix:
    """`pilots` are those of unit and stage; `shown` those that gap and person leave."""

    chosen: Chosen
    columns: tuple[Column, ...]
    pilots: int
    shown: int
    coverage: int
    covered: int
    gaps: tuple[Gap, ...]
    people: tuple[Holder, ...]
    page: Page[MatrixRow]
    filters: str

    @property
    def each(self) -> int:
        return len(AREAS)

    @property
    def areas(self) -> int:
        return len(AREAS) * self.pilots

    @property
    def without_person(self) -> str:
        return self.chosen.query(person=None)


def matrix(user: User, chosen: Chosen, *, as_of: date, cursor: str = "") -> Matrix:
    """One page of pilots by name with the sums of all of them; seven queries at any size."""
    scope = _scope(user, chosen)
    total = scope.count()
    held = RoleAssignment.objects.open().filter(pilot__in=scope, role__in=ROLES)
    filled = dict(held.order_by().values_list("role").annotate(n=Count("pilot_id", distinct=True)))
    areas = sum(number for role, number in filled.items() if role in AREAS)
    shown = _narrowed(scope, chosen)
    filters = chosen.query()
    return Matrix(
        chosen=chosen, columns=COLUMNS, pilots=total,
        shown=shown.count() if chosen.gap or chosen.person else total,
        coverage=round(100 * areas / (len(AREAS) * total)) if total else 0, covered=areas,
        gaps=tuple(
            Gap(column.label, total - filled.get(column.role, 0),
                chosen.query(gap=column.role, person=None))
            for column in COLUMNS
        ),
        people=_people(held, chosen), page=_page(shown, cursor, filters), filters=filters,
    )  # fmt: skip


def _scope(user: User, chosen: Chosen) -> PilotQuerySet:
    pilots = Pilot.objects.visible_to(user).active()
    if chosen.stage == LIVE:
        pilots = pilots.filter(stage__in=(Stage.ROLLOUT, Stage.PRODUCTION))
    elif chosen.stage != ALL:
        pilots = pilots.filter(stage=chosen.stage)
    return pilots.within(chosen.unit) if chosen.unit else pilots


def _narrowed(pilots: PilotQuerySet, chosen: Chosen) -> PilotQuerySet:
    held = RoleAssignment.objects.open().filter(pilot=OuterRef("pk"))
    if chosen.gap:
        pilots = pilots.filter(~Exists(held.filter(role=chosen.gap)))
    if chosen.person:
        pilots = pilots.filter(Exists(held.filter(role__in=ROLES, person=chosen.person)))
    return pilots


def _people(held: RoleAssignmentQuerySet, chosen: Chosen) -> tuple[Holder, ...]:
    """Who answers for most, by name among equals."""
    columns = {f"n{number}": Count("pk", filter=Q(role=role)) for number, role in enumerate(ROLES)}
    rows: Iterable[Mapping[str, Any]] = (
        held.order_by()
        .values("person_id", "person__name", "person__email")
        .annotate(total=Count("pk"), **columns)
        .order_by("-total", "person__name", "person_id")[:PEOPLE]
    )
    return tuple(
        Holder(
            row["person__name"] or row["person__email"], tuple(row[name] for name in columns),
            row["total"], chosen.query(person=row["person_id"], gap=""),
        )
        for row in rows
    )  # fmt: skip


def _page(pilots: PilotQuerySet, cursor: str, filters: str) -> Page[MatrixRow]:
    values = pilots.values("id", "name", "unit__path", "stage", "restricted")
    page = paginate(values, ORDERS["name"], cursor=cursor, filters=filters, size=SIZE)
    held = RoleAssignment.objects.open().filter(
        pilot__in=[row["id"] for row in page.rows], role__in=ROLES
    )
    by: dict[tuple[int, str], list[RoleAssignment]] = defaultdict(list)
    for role in held.select_related("person").order_by("since", "pk"):
        by[role.pilot_id, role.role].append(role)
    return page.with_rows([_row(row, by) for row in page.rows])


def _row(row: Mapping[str, Any], by: Mapping[tuple[int, str], list[RoleAssignment]]) -> MatrixRow:
    pk = row["id"]
    cells = []
    for column in COLUMNS:
        roles = by.get((pk, column.role), [])
        unsure = column.role == RoleKind.OWNER and any(one.accepted_on is None for one in roles)
        cells.append(
            Cell(column.role, column.label, tuple(str(one.person) for one in roles), unsure)
        )
    covered = sum(bool(cell.names) and cell.role in AREAS for cell in cells)
    return MatrixRow(
        f"{Pilot.REF_PREFIX}{pk}", row["name"], row["unit__path"],
        Stage(row["stage"]).label, row["restricted"], tuple(cells), covered,
    )  # fmt: skip
