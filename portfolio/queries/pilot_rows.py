"""What a row of a pilot list shows, for the ids of a page. The page was filtered by access."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FilteredRelation, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.expressions import Combinable

from accounts.actions.units import SEPARATOR
from common.prepared import Prepared
from common.registry import pilot_columns
from portfolio.models import Flag, Pilot, Stage, Update
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries import freshness

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
    """What one row of a list shows. `days` is the age in the stage, a lower bound when
    `at_least`; `days_since_update` is None when never updated.

    `columns` are values that other apps computed, by the column's name; `more` are fields that
    only a chosen column needs.
    """

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
    owner_accepted: bool
    restricted: bool
    hold_until: date | None
    flags: tuple[FlagWord, ...]
    next_date: NextDate | None
    columns: Mapping[str, Any]
    more: Mapping[str, Any]


_COLUMNS = (
    "id", "name", "unit_id", "unit__path", "stage", "stage_since", "stage_since_bound",
    "health", "last_update_on", "decide_by", "shipped", "restricted", "on_hold_until",
    "held__person__name", "held__person__email", "held__accepted_on",
    "open_flags", "next_due", "days_allowed",
)  # fmt: skip
# What `more` may hold beside fields of the pilot, and how it is found.
Extra = Mapping[str, Combinable]


def rows_of(
    ids: Sequence[int], as_of: date, *, registered: Iterable[str] | None = None,
    fields: tuple[str, ...] = (), extra: Extra | None = None,
) -> list[PilotRow]:  # fmt: skip
    """The rows of these pilots, in this order: one query, and one for each registered column.

    `registered` names the columns of other apps to load (all when None), `fields` the pilot's own
    fields wanted in `more`, `extra` expressions wanted there.
    """
    names = (*_COLUMNS, *fields)
    asked = _prepared(fields, tuple((extra or {}).items())).ask(ids, as_of)
    found = {row[0]: dict(zip(names, row, strict=True)) for row in asked}
    return _with_columns([found[pk] for pk in ids if pk in found], as_of, registered, fields)


@lru_cache(maxsize=256)
def _prepared(fields: tuple[str, ...], extra: tuple[tuple[str, Combinable], ...]) -> Prepared:
    def build(day: date) -> Any:
        annotations: dict[str, Any] = {**_annotations(), **dict(extra)}
        return Pilot.objects.annotate(**annotations).values_list(*_COLUMNS, *fields)

    return Prepared(build)


@cache
def _annotations() -> dict[str, Any]:
    flags = Flag.objects.open().filter(pilot=OuterRef("pk"))
    # Text, not JSON: "H STALE_POC 2026-03-01" is read twice as fast, fifty times a page.
    words = ("severity", "rule", "snoozed_until")
    found = Func(Value(" "), *words, function="CONCAT_WS", output_field=TextField())
    latest = Update.objects.standing().filter(pilot=OuterRef("pk")).order_by("-posted_at")
    owner = Q(people__role="owner", people__until=None)
    return {
        "held": FilteredRelation("people", condition=owner),
        "open_flags": ArraySubquery(flags.values(found=found)),
        "next_due": Subquery(latest.values("next_step_due")[:1]),
        "days_allowed": freshness.limit(),
    }


def _with_columns(
    found: list[dict[str, Any]], as_of: date, registered: Iterable[str] | None = None,
    fields: tuple[str, ...] = (),
) -> list[PilotRow]:  # fmt: skip
    """The rows, with what other apps registered for them: one query for each column."""
    ids = [row["id"] for row in found]
    names = list(pilot_columns) if registered is None else list(registered)
    loaded = {name: pilot_columns.get(name).load(ids) if ids else {} for name in names}
    return [
        _row(
            row, as_of,
            {name: values.get(row["id"]) for name, values in loaded.items()},
            {name: row[name] for name in fields},
        )
        for row in found
    ]  # fmt: skip


def _row(
    row: Mapping[str, Any], as_of: date, columns: Mapping[str, Any], more: Mapping[str, Any]
) -> PilotRow:
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
        owner_accepted=row["held__accepted_on"] is not None,
        restricted=row["restricted"],
        hold_until=hold if hold and hold >= as_of else None,
        flags=_flags(row["open_flags"], as_of),
        next_date=_next_date(row, as_of),
        columns=columns,
        more=more,
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


_STAGES = dict(Stage.choices)
