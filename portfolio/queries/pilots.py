"""The pilot list: one page of rows with everything they show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, FilteredRelation, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.expressions import Combinable

from accounts.actions.units import SEPARATOR
from accounts.models import Unit
from common.keyset import Order, Page, paginate
from common.registry import pilot_columns
from portfolio.models import Flag, Pilot, Stage, Update
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries import freshness
from portfolio.querysets import FAR, LONG_AGO, PilotQuerySet, known_or

SIZE = 50
COUNTED = 1000  # Beyond this a count reads "1,000+".
UNITS_LISTED = 150


def _orders(
    code: str, up: Combinable, up_index: str, down: Combinable, down_index: str, read: Any
) -> list[Order]:
    return [Order(code, up, up_index, read), Order(f"-{code}", down, down_index, read, down=True)]


def _both(code: str, field: str, index: str, read: Any) -> list[Order]:
    return _orders(code, F(field), index, F(field), index, read)


def _date(code: str, field: str, up_index: str, down_index: str) -> list[Order]:
    """A date that may be unknown; unknown stands last in both directions."""
    up, down = known_or(field, FAR), known_or(field, LONG_AGO)
    return _orders(code, up, up_index, down, down_index, date.fromisoformat)


# Every sortable column with the index that serves it; a test reads the plans.
ORDERS = {
    order.code: order
    for order in (
        *_both("name", "name_key", "portfolio_pilot_by_name", str),
        *_both("entered", "stage_since_bound", "portfolio_pilot_by_entry", date.fromisoformat),
        *_date("updated", "last_update_on", "portfolio_pilot_by_update", "portfolio_pilot_recent"),
        *_date("decide", "decide_by", "portfolio_pilot_by_decide", "portfolio_pilot_decide_last"),
        *_both("ref", "id", "portfolio_pilot_pkey", int),
    )
}
USUAL_ORDER = "name"
SEVERITIES = "HML"


@dataclass(frozen=True, slots=True)
class FlagWord:
    rule: str
    severity: str
    snoozed: bool


@dataclass(frozen=True, slots=True)
class NextDate:
    """The nearest date the pilot owes: a decision or its next step."""

    what: str
    on: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class PilotRow:
    """What one row of the list shows. `days` is the age in the stage, a lower bound when
    `at_least`; `days_since_update` is None when never updated."""

    id: int
    ref: str
    name: str
    unit_id: int
    unit: str
    root: str
    stage: str
    stage_label: str
    days: int
    at_least: bool
    health: str
    freshness: str
    days_since_update: int | None
    owner: str
    owner_email: str
    restricted: bool
    hold_until: date | None
    flags: tuple[FlagWord, ...]
    next_date: NextDate | None
    columns: tuple[Any, ...]


@dataclass(frozen=True)
class PilotList:
    """`count` stops at COUNTED + 1."""

    count: int
    page: Page[PilotRow]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitChoice:
    id: int
    label: str
    chosen: bool


def pilot_list(
    pilots: PilotQuerySet, *, as_of: date, sort: str = "", cursor: str = "", filters: str = "",
    size: int = SIZE,
) -> PilotList:  # fmt: skip
    """One page of these pilots. Three queries, and one per registered column, at any size."""
    order = ORDERS.get(sort) or ORDERS[USUAL_ORDER]
    page = paginate(row_values(pilots), order, cursor=cursor, filters=filters, size=size)
    rows = with_columns(page.rows, as_of)
    labels = tuple(column.label for column in pilot_columns.values())
    return PilotList(counted(pilots), page.with_rows(rows), labels)


def counted(pilots: PilotQuerySet) -> int:
    """How many, counted no further than COUNTED + 1."""
    return pilots.order_by().values("pk")[: COUNTED + 1].count()


def row_values(pilots: PilotQuerySet) -> Any:
    """The columns a row is made of, in one statement."""
    return pilots.annotate(**_annotations()).values(*_COLUMNS)


_COLUMNS = (
    "id", "name", "unit_id", "unit__path", "stage", "stage_since", "stage_since_bound",
    "health", "last_update_on", "decide_by", "shipped", "restricted", "on_hold_until",
    "held__person__name", "held__person__email", "open_flags", "next_due", "days_allowed",
)  # fmt: skip


@cache
def _annotations() -> dict[str, Any]:
    """Made once: building these expressions costs as much as the statement itself."""
    flags = Flag.objects.open().filter(pilot=OuterRef("pk"))
    # Text, not JSON: "H STALE_POC 2026-03-01" is read twice as fast, fifty times a page.
    words = ("severity", "rule", "snoozed_until")
    found = Func(Value(" "), *words, function="CONCAT_WS", output_field=TextField())
    latest = Update.objects.filter(pilot=OuterRef("pk")).order_by("-posted_at")
    owner = Q(people__role="owner", people__until=None)
    return {
        "held": FilteredRelation("people", condition=owner),
        "open_flags": ArraySubquery(flags.values(found=found)),
        "next_due": Subquery(latest.values("next_step_due")[:1]),
        "days_allowed": freshness.limit(),
    }


def with_columns(found: list[dict[str, Any]], as_of: date) -> list[PilotRow]:
    """The rows, with what other apps registered for them: one query for each column."""
    ids = [row["id"] for row in found]
    loaded = [column.load(ids) if ids else {} for column in pilot_columns.values()]
    return [_row(row, as_of, tuple(values.get(row["id"]) for values in loaded)) for row in found]


def _row(row: Mapping[str, Any], as_of: date, columns: tuple[Any, ...]) -> PilotRow:
    root, _, below = row["unit__path"].partition(SEPARATOR)
    silent = (as_of - row["last_update_on"]).days if row["last_update_on"] else None
    hold = row["on_hold_until"]
    return PilotRow(
        id=row["id"],
        ref=f"{Pilot.REF_PREFIX}{row['id']}",
        name=row["name"],
        unit_id=row["unit_id"],
        unit=below.rpartition(SEPARATOR)[2] or root,
        root=root if below else "",
        stage=row["stage"],
        stage_label=_STAGES[row["stage"]],
        days=(as_of - row["stage_since_bound"]).days,
        at_least=row["stage_since"] is None,
        health=row["health"],
        freshness=freshness.code(silent, row["days_allowed"]),
        days_since_update=silent,
        owner=row["held__person__name"] or row["held__person__email"] or "",
        owner_email=row["held__person__email"] or "",
        restricted=row["restricted"],
        hold_until=hold if hold and hold >= as_of else None,
        flags=_flags(row["open_flags"], as_of),
        next_date=_next_date(row, as_of),
        columns=columns,
    )


def _flags(found: list[str], as_of: date) -> tuple[FlagWord, ...]:
    """Worst first; snoozed ones behind the others."""
    today = as_of.isoformat()
    words = []
    for text in found:
        severity, rule, *until = text.split(" ")
        words.append(FlagWord(rule, severity, bool(until) and until[0] >= today))
    return tuple(sorted(words, key=lambda w: (w.snoozed, SEVERITIES.find(w.severity), w.rule)))


def _next_date(row: Mapping[str, Any], as_of: date) -> NextDate | None:
    if row["stage"] in ENDED_STAGES:
        return None
    owed = []
    if row["decide_by"] and not row["shipped"]:
        owed.append((row["decide_by"], "Decide"))
    if row["next_due"]:
        owed.append((row["next_due"], "Next step"))
    if not owed:
        return None
    on, what = min(owed)
    return NextDate(what, on, on < as_of)


def unit_choices(chosen: int | None) -> list[UnitChoice]:
    """The top of the tree and the way to the chosen unit with what is just below it. One query.

    A company with hundreds of units drills down, so that the list stays short.
    """
    listed = Q(parent=None)
    if chosen:
        lineage = Unit.objects.filter(pk=chosen).values("lineage")[:1]
        above = Unit.objects.alias(way=Subquery(lineage)).filter(way__startswith=F("lineage"))
        listed |= Q(parent=chosen) | Q(pk__in=above.exclude(lineage="").values("pk"))
    units = Unit.objects.filter(listed).order_by("path").values_list("pk", "path", "name")
    return [
        UnitChoice(pk, "\u2003" * path.count(SEPARATOR) + name, pk == chosen)
        for pk, path, name in units[:UNITS_LISTED]
    ]


_STAGES = dict(Stage.choices)
