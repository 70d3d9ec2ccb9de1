"""The Overview: one loading of numbers for the page and for all of its charts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.access import roles_of
from accounts.actions.units import SEPARATOR
from accounts.models import User
from common import nav
from portfolio.models import Pilot, Rollup, Stage
from portfolio.queries import figures
from portfolio.queries.figures import Groups, UnitCounts
from portfolio.querysets import STALLING_RULES, PilotQuerySet, open_flags

ROLLUP = "overview"
LISTED = 8  # rows of each short list
RECENT = timedelta(days=91)
NO_RESTRICTED = "0:"


class Listed(NamedTuple):
    """A pilot as the short lists show it. `days` is a lower bound when `at_least`."""

    id: int
    ref: str
    name: str
    unit: str
    stage: str
    stage_label: str
    days: int
    at_least: bool
    owner: str


@dataclass(frozen=True)
class Stalled:
    """A pilot that stands still, and since when by its oldest open flag that says so."""

    row: Listed
    since: date
    days: int


@dataclass(frozen=True)
class Ended:
    """A pilot that came to an end lately, or shipped."""

    row: Listed
    on: date
    shipped: bool


@dataclass(frozen=True)
class Numbers:
    """Everything that is counted. `computed_at` is None when it was counted just now."""

    as_of: date
    groups: Groups
    units: tuple[UnitCounts, ...]
    worst: tuple[Stalled, ...]
    ended: tuple[Ended, ...]
    computed_at: datetime | None = None

    @cached_property
    def by_stage(self) -> dict[str, figures.Counts]:
        return figures.by_stage(self.groups)

    def total(self, stages: Iterable[str] = Stage.values) -> figures.Counts:
        return figures.summed(self.by_stage[stage] for stage in stages)


@dataclass(frozen=True)
class Found:
    """A pilot on one of the short lists, and the day that puts it there."""

    list: str
    id: int
    on: date


Counted = tuple[Groups, list[UnitCounts], list[Found]]


def load(user: User, as_of: date) -> Numbers:
    """What this person may see: at most five queries, whatever the size."""
    visible = Pilot.objects.visible_to(user)
    kept = usable_rollup(user, as_of)
    if kept is None:
        groups, units, found = count(visible, as_of)
    else:
        groups, units, found = unpack(kept.counts)
        if kept.sees_more:
            more = count(Pilot.objects.restricted_to(user), as_of)
            groups, units, found = together((groups, units, found), more)
    worst, ended = _rows(visible, found, as_of)
    computed_at = kept.computed_at if kept else None
    return Numbers(as_of, groups, merged(units), worst, ended, computed_at)


def count(pilots: PilotQuerySet, as_of: date) -> Counted:
    """Everything about these pilots; three queries."""
    groups, units = figures.by_stage_and_age(pilots, as_of), figures.by_unit(pilots, as_of)
    return groups, units, shortlist(pilots, as_of)


def together(one: Counted, other: Counted) -> Counted:
    """What was counted over two sets of pilots that have none in common."""
    return figures.add(one[0], other[0]), [*one[1], *other[1]], [*one[2], *other[2]]


class Kept(NamedTuple):
    """What the rollup has for a person. `sees_more`: restricted pilots are to be added."""

    computed_at: datetime
    counts: dict[str, Any]
    sees_more: bool


def usable_rollup(user: User, as_of: date, *path: str) -> Kept | None:
    """The precomputed counts (or what stands at the path in them), unless they are of another day,
    or other pilots are restricted by now, or the portfolio is small enough to be counted live.
    One query."""
    now = Coalesce(Subquery(restricted_now()), Value(NO_RESTRICTED))
    everything = roles_of(user).sees_everything
    more = Value(value=False) if everything else Exists(Pilot.objects.restricted_to(user))
    part: str | KeyTransform = "counts"
    for key in ("all" if everything else "open", *path):
        part = KeyTransform(key, part)
    rows = Rollup.objects.filter(code=ROLLUP, as_of=as_of, restricted=now)
    kept = [Kept(*row) for row in rows.values_list("computed_at", part, more)]
    return kept[0] if kept and kept[0].counts else None


def restricted_now() -> Any:
    """How many pilots are restricted and the sum of their ids: one row, or none."""
    text = Concat(Count("pk"), Value(":"), Cast(Sum("pk"), CharField()), output_field=CharField())
    restricted = Pilot.objects.filter(restricted=True).order_by()
    return restricted.values("restricted").annotate(text=text).values_list("text", flat=True)


def restricted_fingerprint() -> str:
    return next(iter(restricted_now()), NO_RESTRICTED)


def shortlist(pilots: PilotQuerySet, as_of: date) -> list[Found]:
    """The pilots that stand still longest, and those that ended or shipped last. One query."""
    flags = open_flags(as_of, rule__in=STALLING_RULES).order_by("since").values("since")[:1]
    worst = pilots.stalled(as_of).annotate(list=Value("worst"), on=Subquery(flags))
    on = Case(When(stage=Stage.STOPPED, then=F("stage_since")), default=F("first_production_on"))
    over = pilots.annotate(list=Value("ended"), on=on).filter(on__gte=as_of - RECENT)
    over = over.filter(Q(shipped=True) | Q(stage=Stage.STOPPED))
    names = ("list", "pk", "on")
    both = worst.order_by("on", "pk").values_list(*names)[:LISTED]
    both = both.union(over.order_by("-on", "-pk").values_list(*names)[:LISTED], all=True)
    return [Found(*row) for row in both]


def _rows(
    visible: PilotQuerySet, found: Iterable[Found], as_of: date
) -> tuple[tuple[Stalled, ...], tuple[Ended, ...]]:
    worst = sorted((f for f in found if f.list == "worst"), key=lambda f: (f.on, f.id))[:LISTED]
    over = sorted((f for f in found if f.list == "ended"), key=lambda f: (f.on, f.id))[::-1]
    ids = {f.id for f in (*worst, *over[:LISTED])}
    known = {row.id: row for row in _listed(visible.filter(pk__in=ids), as_of)}
    ended = [
        Ended(known[f.id], f.on, known[f.id].stage != Stage.STOPPED)
        for f in over[:LISTED]
        if f.id in known
    ]
    stalled = [Stalled(known[f.id], f.on, (as_of - f.on).days) for f in worst if f.id in known]
    return tuple(stalled), tuple(ended)


def _listed(pilots: PilotQuerySet, as_of: date) -> list[Listed]:
    """The few columns of the short lists; one query, much lighter than a row of the list."""
    owner = FilteredRelation("people", condition=Q(people__role="owner", people__until=None))
    rows = pilots.annotate(held=owner).values_list(
        "pk", "name", "unit__path", "stage", "stage_since", "stage_since_bound",
        "held__person__name", "held__person__email",
    )  # fmt: skip
    return [
        Listed(
            pk, f"{Pilot.REF_PREFIX}{pk}", name, path.rpartition(SEPARATOR)[2], stage,
            Stage(stage).label, (as_of - bound).days, since is None, owner_name or email or "",
        )
        for pk, name, path, stage, since, bound, owner_name, email in rows
    ]  # fmt: skip


def pack(counted: Counted) -> dict[str, Any]:
    """The counts as the rollup row keeps them."""
    groups, units, found = counted
    if len({unit.root for unit in units}) > 1:  # Then nobody asks for the second level.
        units = list(merged(units))
    return {
        "groups": [[*key, *counts] for key, counts in groups.items()],
        "units": [list(unit) for unit in units],
        "found": [[f.list, f.id, f.on.isoformat()] for f in found],
    }


def unpack(counts: dict[str, Any]) -> Counted:
    groups = {(g[0], g[1]): figures.Counts(*g[2:]) for g in counts["groups"]}
    units = [UnitCounts(*unit) for unit in counts["units"]]
    found = [Found(name, pk, date.fromisoformat(on)) for name, pk, on in counts["found"]]
    return groups, units, found


def merged(units: Iterable[UnitCounts]) -> tuple[UnitCounts, ...]:
    """Units of the first level, or of the second when the whole company is one unit."""
    units = list(units)
    second = len({unit.root for unit in units}) == 1 and any(unit.child for unit in units)
    total: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for unit in units:
        key = unit.child if second else unit.root
        if key is None:
            continue  # Directly at the company: its link would open everything.
        names[key] = unit.child_name if second else unit.root_name
        sums = total.setdefault(key, [0, 0, 0])
        sums[0] += unit.active
        sums[1] += unit.stalled
        sums[2] += unit.no_owner
    found = [UnitCounts(key, None, names[key], "", *sums) for key, sums in total.items()]
    return tuple(sorted(found, key=lambda u: (-u.active, u.root_name)))


def rows(**filters: object) -> str:
    """The address of the pilots behind a number; no filter is every pilot."""
    # Codes, ids and dates of ours: nothing in them needs quoting, and a page has hundreds.
    query = "&".join([f"{name}={value}" for name, value in filters.items() if value is not None])
    return f"{nav.address('pilots') or '/pilots/'}{'?' if query else ''}{query}"


def age_rows(as_of: date, first: int, last: int | None, **filters: object) -> str:
    """The pilots whose known age in their stage is from `first` to `last` days."""
    since = None if last is None else (as_of - timedelta(days=last)).isoformat()
    # An entry date in the future counts as age 0, so the youngest class has no upper end.
    until = None if first == 0 else (as_of - timedelta(days=first)).isoformat()
    return rows(entered="known", entered_from=since, entered_to=until, **filters)
