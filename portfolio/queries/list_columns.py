"""The columns a pilot list can show: on the screen, in its CSV, in a saved view.

The pilot itself (name, reference, unit) always stands first and is not among them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.expressions import Combinable

from common.registry import pilot_columns
from portfolio.models import Pilot, PilotTag, RoleAssignment
from portfolio.queries import burn
from portfolio.queries.pilot_rows import PilotRow


@dataclass(frozen=True)
class ListColumn:
    """`sort` names the order of its head, `fields` what the row's `more` needs, `extra` how those
    are found that are no field of the pilot. `values` are the cells of a file under `heads`."""

    code: str
    label: str
    values: Callable[[PilotRow], tuple[Any, ...]]
    heads: tuple[str, ...]
    sort: str = ""
    fields: tuple[str, ...] = ()
    extra: Callable[[], Mapping[str, Combinable]] = dict
    registered: bool = False
    word: str = ""
    money: bool = False


def _stage(row: PilotRow) -> tuple[Any, ...]:
    return row.stage_label, row.days, "at least" if row.at_least else ""


def _next(row: PilotRow) -> tuple[Any, ...]:
    owed = row.next_date
    return (owed.what, owed.on) if owed else (None, None)


def _flags(row: PilotRow) -> tuple[Any, ...]:
    return (", ".join(f"{f.rule} (snoozed)" if f.snoozed else f.rule for f in row.flags),)


def _health(row: PilotRow) -> tuple[Any, ...]:
    return _HEALTHS.get(row.health), row.days_since_update


def _plain(code: str, label: str, field: str, sort: str = "") -> ListColumn:
    """A field of the pilot as it is; codes with their words."""
    words = dict(getattr(Pilot._meta.get_field(field), "choices", None) or ())
    return ListColumn(
        code, label, lambda row: (_said(words, row.more[field]),), (label,), sort, (field,)
    )


def _said(words: Mapping[str, Any], value: Any) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return value
    return (str(words.get(value, value)) if words else value) or None


def _holder(role: str) -> Callable[[], Mapping[str, Combinable]]:
    """The name of who holds the role; of several the first."""

    def extra() -> Mapping[str, Combinable]:
        held = RoleAssignment.objects.open().filter(pilot=OuterRef("pk"), role=role)
        return {role: Subquery(held.order_by("pk").values("person__name")[:1])}

    return cache(extra)


def _person(role: str, label: str) -> ListColumn:
    return ListColumn(
        role, label, lambda row: (row.more[role],), (label,), fields=(role,), extra=_holder(role)
    )


def _money(code: str, label: str, field: str) -> ListColumn:
    """What the pilot's page says: from dated entries where there are any, else as stated."""
    return ListColumn(
        code, label, lambda row: (_cents(row.more[field]),), (label,),
        fields=(field,), extra=lambda: {field: burn.columns()[field]}, money=True,
    )  # fmt: skip


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(Decimal("0.01"))


@cache
def _tagged() -> Mapping[str, Combinable]:
    names = PilotTag.objects.filter(pilot=OuterRef("pk")).order_by("tag__key")
    return {"tags": ArraySubquery(names.values("tag__name"))}


_HEALTHS = dict(Pilot._meta.get_field("health").choices or ())
_STANDING = (
    ListColumn("stage", "Stage", _stage, ("Stage", "Days in stage", "Days known as"), "entered"),
    ListColumn("health", "Health", _health, ("Health", "Days since update"), "updated"),
    ListColumn("owner", "Owner", lambda r: (r.owner or None, r.owner_email or None),
               ("Owner", "Owner's address")),
    ListColumn("flags", "Flags", _flags, ("Flags",)),
    ListColumn("next", "Next", _next, ("Next", "Next on"), "decide"),
    ListColumn("unit", "Unit", lambda r: (r.more["unit__path"],), ("Unit path",),
               fields=("unit__path",)),
    ListColumn("tags", "Tags", lambda r: (", ".join(r.more["tags"]) or None,), ("Tags",),
               fields=("tags",), extra=_tagged),
    _person("sponsor", "Sponsor"),
    _person("technical_owner", "Technical owner"),
    _person("operations_owner", "Operations owner"),
    _plain("decide_by", "Decide by", "decide_by", "decide"),
    _plain("last_update", "Last update", "last_update_on", "updated"),
    _plain("since", "In stage since", "stage_since", "entered"),
    _plain("registered", "Registered", "registered_on"),
    _plain("production", "First in production", "first_production_on"),
    _plain("hold", "On hold until", "on_hold_until"),
    _plain("audience", "Audience", "audience"),
    _plain("data_class", "Data class", "data_class"),
    _plain("third_party", "Third party", "third_party"),
    _plain("hosting", "Runs on", "hosting"),
    _plain("task_type", "Task type", "task_type"),
    replace(_plain("budget", "Budget", "budget"), money=True),
    _money("spend", "Spent to date", "spent"),
    _money("burn", "Monthly burn", "burn"),
    _plain("external_id", "External id", "external_id"),
    _plain("summary", "What it does", "summary"),
)  # fmt: skip


def known() -> dict[str, ListColumn]:
    """Every column by its code, those of other apps behind the standing ones."""
    return {column.code: column for column in (*_STANDING, *_registered())}


def usual() -> tuple[str, ...]:
    """What a list shows to who has not chosen otherwise."""
    others = [name for name, column in pilot_columns.items() if column.usual]
    return ("stage", "health", "owner", *others, "flags", "next")


def _registered() -> list[ListColumn]:
    return [_of_app(name, one.label, one.word) for name, one in pilot_columns.items()]


@cache
def _of_app(name: str, label: str, word: str) -> ListColumn:
    values = lambda row: (row.columns.get(name),)  # noqa: E731
    return ListColumn(name, label, values, (label,), registered=True, word=word)


def named(codes: Iterable[str]) -> tuple[list[ListColumn], list[str]]:
    """The columns of these codes, each once and in this order; and what means nothing."""
    there = known()
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    return [there[c] for c in wanted if c in there], [c for c in wanted if c not in there]


def needed(columns: Iterable[ListColumn]) -> dict[str, Any]:
    """What `rows_of` must fetch beyond the usual to show these."""
    fields: dict[str, None] = {}
    extra: dict[str, Combinable] = {}
    for column in columns:
        fields |= dict.fromkeys(column.fields)
        extra |= column.extra()
    return {"fields": tuple(fields), "extra": extra}
