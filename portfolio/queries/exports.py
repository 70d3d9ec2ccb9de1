"""Pilots as exported: the same rows for the command, the screen and the API."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import batched
from typing import Any

from common import company
from common.registry import pilot_columns
from portfolio.models import Flag, Pilot, RoleAssignment
from portfolio.queries.list_columns import ListColumn, needed
from portfolio.queries.pilot_rows import PilotRow, rows_of
from portfolio.queries.pilots import ORDERS, USUAL_ORDER
from portfolio.querysets import PilotQuerySet
from portfolio.transfer.columns import EXPORTED

AT_ONCE = 1_000
PILOT = ("Reference", "Name", "Unit")


def columns() -> list[str]:
    """The names of the columns; what other apps register stands before the flags."""
    *own, flags = EXPORTED
    return [*own, *(name for name, _ in pilot_columns.items()), flags]


def rows(pilots: PilotQuerySet) -> Iterator[dict[str, Any]]:
    """A dictionary per pilot of an already visible queryset, oldest reference first.

    Four queries and those of the registered columns per thousand pilots.
    """
    ids = list(pilots.order_by("pk").values_list("pk", flat=True))
    for batch in batched(ids, AT_ONCE):
        yield from _rows(list(batch))


def _rows(ids: list[int]) -> Iterator[dict[str, Any]]:
    owners = dict(
        RoleAssignment.objects.open()
        .owners()
        .filter(pilot_id__in=ids)
        .values_list("pilot_id", "person__email")
    )
    flags: dict[int, list[str]] = defaultdict(list)
    found = Flag.objects.open().filter(pilot_id__in=ids).order_by("rule")
    for pk, rule in found.values_list("pilot_id", "rule"):
        flags[pk].append(rule)
    more = [(name, column.load(ids)) for name, column in pilot_columns.items()]
    for pilot in Pilot.objects.filter(pk__in=ids).select_related("unit").order_by("pk"):
        yield {
            "ref": pilot.ref,
            "name": pilot.name,
            "unit_path": pilot.unit.path,
            "stage": pilot.stage,
            "stage_since": pilot.stage_since and pilot.stage_since.isoformat(),
            "owner": owners.get(pilot.pk),
            "health": pilot.health or None,
            "last_update": pilot.last_update_on and pilot.last_update_on.isoformat(),
            **{name: values.get(pilot.pk) for name, values in more},
            "open_flags": flags[pilot.pk],
        }


def shown_heads(columns: Sequence[ListColumn]) -> list[str]:
    """The heads of a file of what a list shows; no two are the same."""
    return list(dict.fromkeys([*PILOT, *(head for column in columns for head in _heads(column))]))


def _heads(column: ListColumn) -> tuple[str, ...]:
    """Amounts say their currency: a file leaves the company that knows it. "Budget (EUR)" reads
    back as the budget."""
    currency = company.current().currency
    if not (column.money and currency):
        return column.heads
    return tuple(f"{head} ({currency})" for head in column.heads)


def shown(
    pilots: PilotQuerySet, columns: Sequence[ListColumn], *, sort: str, as_of: date
) -> Iterator[dict[str, Any]]:
    """Every row of a list in its order, with the columns it shows; pilots are already visible."""
    order = ORDERS.get(sort) or ORDERS[USUAL_ORDER]
    direction = ("-keyset", "-id") if order.down else ("keyset", "id")
    sorted_ids = pilots.annotate(keyset=order.key).order_by(*direction).values_list("id", flat=True)
    registered = [column.code for column in columns if column.registered]
    wanted = needed(columns)
    headed = [(column, _heads(column)) for column in columns]
    for batch in batched(list(sorted_ids), AT_ONCE):
        for row in rows_of(list(batch), as_of, registered=registered, **wanted):
            yield _shown(row, headed)


def _shown(row: PilotRow, headed: Sequence[tuple[ListColumn, tuple[str, ...]]]) -> dict[str, Any]:
    unit = f"{row.root} / {row.unit}" if row.root else row.unit
    cells: dict[str, Any] = dict(zip(PILOT, (row.ref, row.name, unit), strict=True))
    for column, heads in headed:
        cells |= zip(heads, column.values(row), strict=True)
    return cells
