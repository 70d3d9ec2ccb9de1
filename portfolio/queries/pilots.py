"""The pilot list: one page of rows with everything they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, IntegerField, Q, Subquery
from django.db.models.expressions import Combinable

from accounts.actions.units import SEPARATOR
from accounts.models import Unit
from common.keyset import Order, Page, paginate
from portfolio.queries.list_columns import ListColumn, named, needed, usual
from portfolio.queries.pilot_rows import PilotRow, rows_of
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


@dataclass(frozen=True)
class PilotList:
    """`count` stops at COUNTED + 1."""

    count: int
    page: Page[PilotRow]
    columns: tuple[ListColumn, ...]


@dataclass(frozen=True, slots=True)
class UnitChoice:
    id: int
    label: str
    chosen: bool


def pilot_list(
    pilots: PilotQuerySet, *, as_of: date, sort: str = "", cursor: str = "", filters: str = "",
    size: int = SIZE, columns: Sequence[ListColumn] | None = None,
) -> PilotList:  # fmt: skip
    """One page of these pilots. Two queries, and one per column of another app, at any size."""
    order = ORDERS.get(sort) or ORDERS[USUAL_ORDER]
    shown = tuple(named(usual())[0] if columns is None else columns)
    base = pilots.values("id").annotate(counted=CountUpTo(pilots))
    page = paginate(base, order, cursor=cursor, filters=filters, size=size)
    rows = rows_of(
        [row["id"] for row in page.rows], as_of,
        registered=[column.code for column in shown if column.registered],
        **needed(shown),
    )  # fmt: skip
    count = page.rows[0]["counted"] if page.rows else 0
    return PilotList(count, page.with_rows(rows), shown)


class CountUpTo(Subquery):
    """How many, counted no further than COUNTED + 1, beside the rows of a page."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, pilots: PilotQuerySet) -> None:
        super().__init__(pilots.order_by().values("pk")[: COUNTED + 1])


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
