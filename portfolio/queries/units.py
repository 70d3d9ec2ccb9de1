"""The tree of units with its pilots, one unit, and what a change of the tree would mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from accounts.models import Event, Membership, Role, Unit, User
from accounts.queries.history import Happening, happenings
from portfolio.models import ACTIVE_STAGES, Pilot, Stage
from portfolio.queries.overview import rows

LONGEST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """Pilots of a unit and everything below it, as far as one may see them."""

    all: int = 0
    active: int = 0
    stalled: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.all + other.all, self.active + other.active, self.stalled + other.stalled
        )


@dataclass(frozen=True, slots=True)
class UnitRow:
    """`depth` is 0 at the top. The urls open the rows behind the numbers."""

    id: int
    name: str
    depth: int
    retired: bool
    counts: Counts
    url: str

    @property
    def rows_url(self) -> str:
        return rows(unit=self.id)

    @property
    def active_url(self) -> str:
        return rows(unit=self.id, state="active")

    @property
    def stalled_url(self) -> str:
        return rows(unit=self.id, state="stalled")


def tree(user: User, as_of: date) -> list[UnitRow]:
    """Every unit, parents before children; two queries whatever their number."""
    units = list(
        Unit.objects.order_by("path", "pk").values_list("pk", "name", "lineage", "retired_on")
    )
    total = summed({pk: lineage for pk, _, lineage, _ in units}, own_counts(user, as_of))
    order = {pk: place for place, (pk, *_) in enumerate(units)}
    units.sort(key=lambda unit: [order.get(pk, 0) for pk in _way(unit[2])])
    return [
        UnitRow(pk, name, len(_way(lineage)) - 1, bool(retired), total[pk], _url(pk))
        for pk, name, lineage, retired in units
    ]


def own_counts(user: User, as_of: date) -> dict[int, Counts]:
    """The visible pilots that belong to each unit itself; one query."""
    visible = Pilot.objects.visible_to(user)
    stalled = Q(pk__in=visible.stalled(as_of).values("pk"))
    found = visible.order_by().values("unit").annotate(
        n=Count("pk"), active=Count("pk", filter=Q(stage__in=ACTIVE_STAGES)),
        stalled=Count("pk", filter=stalled),
    )  # fmt: skip
    return {row["unit"]: Counts(row["n"], row["active"], row["stalled"]) for row in found}


def summed(lineages: Mapping[int, str], own: Mapping[int, Counts]) -> dict[int, Counts]:
    """Each unit with everything below it."""
    total = dict.fromkeys(lineages, Counts())
    for pk, counts in own.items():
        for above in _way(lineages.get(pk, "")):
            total[above] = total.get(above, Counts()) + counts
    return total


def _way(lineage: str) -> list[int]:
    """The ids from the top to the unit."""
    return [int(part) for part in lineage.split("/") if part]


def _url(pk: int) -> str:
    return reverse("unit", args=[pk])


@dataclass(frozen=True, slots=True)
class StageRow:
    """Pilots of a stage; `days` is the age of the oldest, at least that when `at_least`."""

    code: str
    label: str
    number: int
    days: int | None
    at_least: bool
    url: str


@dataclass(frozen=True, slots=True)
class OldPilot:
    ref: str
    name: str
    stage: str
    label: str
    days: int
    at_least: bool


@dataclass(frozen=True)
class UnitPage:
    """One unit. `managers` is empty for those who do not open the list of people."""

    unit: Unit
    above: tuple[tuple[str, str], ...]
    below: tuple[UnitRow, ...]
    row: UnitRow
    stages: tuple[StageRow, ...]
    oldest: tuple[OldPilot, ...]
    managers: tuple[str, ...] = ()
    history: tuple[Happening, ...] = field(default=())


def unit_page(unit: Unit, *, user: User, as_of: date, people: bool) -> UnitPage:
    """Everything on a unit's page, as far as `user` may see it; seven queries at most."""
    every = tree(user, as_of)
    by_id = {row.id: row for row in every}
    inside = {pk for (pk,) in Unit.objects.filter(parent=unit).values_list("pk")}
    return UnitPage(
        unit=unit,
        above=tuple((by_id[pk].name, by_id[pk].url) for pk in _way(unit.lineage)[:-1]),
        below=tuple(row for row in every if row.id in inside),
        row=by_id[unit.pk],
        stages=_stages(unit, user, as_of),
        oldest=_oldest(unit, user, as_of),
        managers=_managers(unit) if people else (),
        history=tuple(_history(unit)) if people else (),
    )


def _stages(unit: Unit, user: User, as_of: date) -> tuple[StageRow, ...]:
    visible = Pilot.objects.visible_to(user).within(unit.pk)
    found = visible.order_by().values("stage").annotate(
        number=Count("pk"), oldest=Min("stage_since_bound"), known=Min("stage_since")
    )  # fmt: skip
    by_stage = {row["stage"]: row for row in found}
    return tuple(
        StageRow(
            stage.value, str(stage.label), row["number"], max((as_of - row["oldest"]).days, 0),
            row["known"] != row["oldest"], rows(unit=unit.pk, stage=stage.value),
        )
        for stage in Stage
        if (row := by_stage.get(stage.value))
    )  # fmt: skip


def _oldest(unit: Unit, user: User, as_of: date) -> tuple[OldPilot, ...]:
    """The active pilots longest in their stage, those in production apart."""
    waiting = set(ACTIVE_STAGES) - {Stage.PRODUCTION}
    found = Pilot.objects.visible_to(user).within(unit.pk).filter(stage__in=waiting)
    return tuple(
        OldPilot(
            pilot.ref, pilot.name, pilot.stage, pilot.get_stage_display(),
            max((as_of - pilot.stage_since_bound).days, 0), pilot.stage_since is None,
        )
        for pilot in found.order_by("stage_since_bound", "pk")[:LONGEST_SHOWN]
    )  # fmt: skip


def _managers(unit: Unit) -> tuple[str, ...]:
    held = _limited(_way(unit.lineage))
    return tuple(f"{m.user} ({Role(m.role).label.lower()} of {m.unit})" for m in held)


def _limited(units: Iterable[int]) -> list[Membership]:
    """Roles limited to one of these units, now."""
    found = Membership.objects.current().filter(unit__in=list(units), user__is_active=True)
    return list(found.select_related("user", "unit").order_by("unit__path", "user__email"))


def _history(unit: Unit) -> list[Happening]:
    return happenings(Event.objects.filter(unit=unit).order_by("-at", "-id")[:20])


def move_consequences(unit: Unit, parent: Unit | None, *, user: User) -> list[str]:
    """What moving the unit would change, a sentence each; three queries."""
    here = Unit.objects.below(unit.lineage).aggregate(n=Count("pk"), last=Max("pk"))["n"]
    pilots = Pilot.objects.visible_to(user).within(unit.pk).count()
    old = set(_way(unit.parent.lineage)) if unit.parent else set()
    new = set(_way(parent.lineage)) if parent else set()
    what = f"{_n(here, 'unit moves', 'units move')}, with {_n(pilots, 'pilot', 'pilots')}"
    found = [f"{what} that you can see. No pilot changes."]
    for member in _limited(old ^ new):
        loses = member.unit_id in old
        role = Role(member.role).label.lower()
        found.append(
            f"{member.user}, {role} of {member.unit}, {'no longer' if loses else 'now also'} "
            "covers it."
        )
    return found


def _n(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
