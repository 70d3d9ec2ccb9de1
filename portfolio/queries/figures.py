"""What the Overview counts, in groups that can be added: live, or open pilots from the rollup.

A group is a stage and a class of age. Two sets of groups over different pilots add up to
the groups over both, which is how the precomputed open pilots and the restricted ones that
a viewer may see become one portfolio.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.lookups import IsNull

from common import clock
from portfolio.models.stage import ACTIVE_STAGES, Stage
from portfolio.queries.burn import monthly_of_many
from portfolio.querysets import STALLING_RULES, PilotQuerySet, open_flags

CLASS = 13  # days; seven classes make a quarter, so that the quarter line stands between two
OLDEST = 28  # the class of everything over 364 days
UNKNOWN = -1  # the class of ages whose entry date is unknown
RULES = ("STALE_POC", "NO_OWNER", "NO_UPDATE", "NO_METRIC")
WEEK = timedelta(days=7)


class Counts(NamedTuple):
    """Numbers of pilots, unless the name says otherwise; `burn` is money per month."""

    pilots: int = 0
    held: int = 0
    stalled: int = 0
    stale_poc: int = 0
    no_owner: int = 0
    no_update: int = 0
    no_metric: int = 0
    new_stale_poc: int = 0
    new_no_owner: int = 0
    new_no_update: int = 0
    new_no_metric: int = 0
    shipped: int = 0
    lost: int = 0
    underway: int = 0
    undecided: int = 0
    burn: int = 0
    burn_unknown: int = 0


Groups = dict[tuple[str, int], Counts]


def age_class(days: int) -> int:
    """0 is up to 13 days, 6 ends at day 91, 7 begins at day 92, OLDEST is over 364."""
    return min(max(days - 1, 0) // CLASS, OLDEST)


def class_days(age: int) -> tuple[int, int | None]:
    """First and last day of a class; None: no last day."""
    first = 0 if age == 0 else age * CLASS + 1
    return first, None if age == OLDEST else (age + 1) * CLASS


def _class_of(as_of: date) -> Combinable:
    """`age_class` in SQL. GREATEST ignores nulls, so that unknown entries need their own case."""
    known = Func(
        Value(as_of, DateField()),
        F("stage_since"),
        template=f"LEAST(GREATEST(%(expressions)s - 1, 0) / {CLASS}, {OLDEST})",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    return Case(When(stage_since=None, then=Value(UNKNOWN)), default=known)


def _conditions(as_of: date) -> dict[str, Any]:
    """Which pilots each count counts; the lists behind the numbers say the same."""
    active = Q(stage__in=ACTIVE_STAGES)
    moving = active & (Q(on_hold_until=None) | Q(on_hold_until__lt=as_of))
    stalled = moving & Q(Exists(open_flags(as_of, rule__in=STALLING_RULES)))
    before = datetime.combine(as_of - WEEK, time.max, tzinfo=clock.zone())
    found: dict[str, Any] = {
        "pilots": None,
        "held": active & Q(on_hold_until__gte=as_of),
        "stalled": stalled,
        "shipped": Q(shipped=True),
        "lost": Q(stage=Stage.STOPPED, shipped=False),
        "underway": active & Q(shipped=False),
        "undecided": active & Q(shipped=False, decide_by=None),
        "burn_unknown": stalled & Q(IsNull(monthly_of_many(as_of), True)),
    }
    for rule in RULES:
        found[rule.lower()] = Q(Exists(open_flags(as_of, rule=rule)))
        new = open_flags(as_of, rule=rule, opened_at__gt=before)
        found[f"new_{rule.lower()}"] = Q(Exists(new))
    return found


def by_stage_and_age(pilots: PilotQuerySet, as_of: date) -> Groups:
    """The groups of these pilots; one query."""
    conditions = _conditions(as_of)
    counts = {f"n_{name}": Count("pk", filter=only) for name, only in conditions.items()}
    money = Sum(monthly_of_many(as_of), filter=conditions["stalled"])
    rows: Any = (
        pilots.order_by()
        .annotate(age=_class_of(as_of))
        .values("stage", "age")
        .annotate(**counts, n_burn=money)
    )
    groups: Groups = {}
    for row in rows:
        values = {name: int(row[f"n_{name}"] or 0) for name in Counts._fields}
        groups[row["stage"], row["age"]] = Counts(**values)
    return groups


def add(*several: Groups) -> Groups:
    """The groups over all of these pilots."""
    total: Groups = {}
    for groups in several:
        for key, counts in groups.items():
            total[key] = summed([total[key], counts]) if key in total else counts
    return total


def summed(several: Iterable[Counts]) -> Counts:
    return Counts(*map(sum, zip(Counts(), *several, strict=True)))


def by_stage(groups: Groups) -> dict[str, Counts]:
    """All ages of a stage together; every stage is there."""
    found: dict[str, list[Counts]] = {stage: [] for stage in Stage.values}
    for (stage, _), counts in groups.items():
        found[stage].append(counts)
    return {stage: summed(counts) for stage, counts in found.items()}


class UnitCounts(NamedTuple):
    """A unit of the first or second level, with everything below it; only active pilots."""

    root: int
    child: int | None
    root_name: str
    child_name: str
    active: int
    stalled: int
    no_owner: int


def by_unit(pilots: PilotQuerySet, as_of: date) -> list[UnitCounts]:
    """Active pilots per unit of the second level; one query."""
    conditions = _conditions(as_of)
    rows: Any = (
        pilots.active()
        .order_by()
        .annotate(root=_part("unit__lineage", "/", 2), child=_part("unit__lineage", "/", 3))
        .values("root", "child")
        .annotate(
            root_name=Min(_part("unit__path", " / ", 1)),
            child_name=Min(_part("unit__path", " / ", 2)),
            active=Count("pk"),
            stalled=Count("pk", filter=conditions["stalled"]),
            no_owner=Count("pk", filter=conditions["no_owner"]),
        )
    )
    return [
        UnitCounts(**{**row, "root": int(row["root"]), "child": int(row["child"] or 0) or None})
        for row in rows
    ]


def _part(field: str, separator: str, number: int) -> Func:
    return Func(
        F(field), Value(separator), Value(number), function="split_part", output_field=CharField()
    )
