"""Pages of a sorted list by the last row seen, so that page 20,000 costs what page 1 costs.

A cursor is signed and carries the sort, a hash of the filter, the last row's key and id, and
the direction. It is a place in one list: with another sort or filter, or when it does not read,
the list starts again at page one and says so.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable

SALT = "common.keyset"


@dataclass(frozen=True)
class Order:
    """A sortable column. `key` is never NULL and has, together with the id, the index named.

    Unknown values get a key that stands last (see portfolio.querysets.known_or); ids break ties.
    `read` turns the key back from the JSON of a cursor.
    """

    code: str
    key: Combinable
    index: str
    read: Callable[[Any], Any] = str
    down: bool = False


@dataclass(frozen=True)
class Page[Row]:
    """One page. `previous` and `next` are cursors, "" at the ends.

    `restarted` says that a cursor was given and does not belong to this list.
    """

    rows: list[Row]
    previous: str = ""
    next: str = ""
    restarted: bool = False

    def with_rows[New](self, rows: list[New]) -> "Page[New]":
        return Page(rows, self.previous, self.next, self.restarted)


@dataclass(frozen=True)
class _Place:
    key: Any
    id: int
    back: bool


def filter_hash(parameters: Mapping[str, Any]) -> str:
    """What makes two filters the same list: their parameters that are not empty."""
    text = repr(sorted((name, str(value)) for name, value in parameters.items() if value))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def paginate(
    base: QuerySet[Any, Any], order: Order, *, cursor: str, filters: str, size: int
) -> Page[dict[str, Any]]:
    """The page of that cursor ("" is the first). `base` is a values() query that has "id".

    One query. `filters` is the filter_hash of what `base` was filtered by. Rows that share the
    key with the last row are neither repeated nor left out.
    """
    place = _read(cursor, order, filters)
    back = place is not None and place.back
    down = order.down != back
    rows = base.annotate(keyset=order.key)
    if place:
        rows = rows.filter(_beyond(place, down=down))
    direction = ("-keyset", "-id") if down else ("keyset", "id")
    found = list(rows.order_by(*direction)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    if place and not found:  # What stood beyond is gone.
        return paginate(base, order, cursor="", filters=filters, size=size)
    page = Page(found, restarted=bool(cursor) and place is None)
    if not found:
        return page

    def write(row: dict[str, Any], *, back: bool) -> str:
        return _write(_Place(row["keyset"], row["id"], back), order, filters)

    before = more if back else place is not None
    after = True if back else more
    return replace(
        page,
        previous=write(found[0], back=True) if before else "",
        next=write(found[-1], back=False) if after else "",
    )


def _beyond(place: _Place, *, down: bool) -> Q:
    """Past this place. The first half alone is one range of the index; a plain OR is not."""
    past = "lt" if down else "gt"
    return Q(**{f"keyset__{past}e": place.key}) & (
        Q(**{f"keyset__{past}": place.key}) | Q(**{f"id__{past}": place.id})
    )


def _write(place: _Place, order: Order, filters: str) -> str:
    key = place.key.isoformat() if isinstance(place.key, date) else place.key
    body = [order.code, filters, key, place.id, int(place.back)]
    return signing.dumps(body, salt=SALT, compress=True)


def _read(cursor: str, order: Order, filters: str) -> _Place | None:
    if not cursor:
        return None
    try:
        code, hashed, key, number, back = signing.loads(cursor, salt=SALT)
        place = _Place(order.read(key), int(number), bool(back))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return place if (code, hashed) == (order.code, filters) else None
