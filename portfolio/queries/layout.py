"""How a list is laid out: its columns, order and length, as the address or the person says."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models.user import PAGE_SIZES
from portfolio.queries.list_columns import ListColumn, named, usual
from portfolio.queries.pilots import ORDERS, SIZE, USUAL_ORDER


@dataclass(frozen=True)
class Usual:
    """What a person sees when an address does not say: their own choice, else everybody's.

    `view` is the slug of the view that the address speaks of.
    """

    columns: tuple[str, ...] = ()
    size: int = 0
    view: str = ""


@dataclass(frozen=True)
class Layout:
    """`said` are the parameters that an address of this list must carry, without the usual ones;
    `unreadable` those that mean nothing and were left out."""

    sort: str
    columns: tuple[ListColumn, ...]
    size: int
    said: Mapping[str, str]
    unreadable: tuple[str, ...] = ()

    @property
    def codes(self) -> str:
        return ",".join(column.code for column in self.columns)


def read(sent: Mapping[str, str], own: Usual) -> Layout:
    """The layout that an address asks for, over what is usual for the person."""
    unreadable: list[str] = []
    sort = sent.get("sort", "")
    if sort and sort not in ORDERS:
        unreadable.append(f"sort={sort}")
    sort = sort if sort in ORDERS else USUAL_ORDER
    normal, _ = named(own.columns)
    normal = normal or named(usual())[0]
    chosen, unknown = named(sent.get("columns", "").split(","))
    unreadable += [f"columns={code}" for code in unknown]
    columns = chosen or normal
    size, text = own.size or SIZE, sent.get("size", "")
    standard = size
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in PAGE_SIZES:
        size = int(text)
    elif text:
        unreadable.append(f"size={text}")
    said = {}
    if sort != USUAL_ORDER:
        said["sort"] = sort
    if columns != normal:
        said["columns"] = ",".join(column.code for column in columns)
    if size != standard:
        said["size"] = str(size)
    if own.view:
        said["view"] = own.view
    return Layout(sort, tuple(columns), size, said, tuple(unreadable))
