"""Which views a person has, and what of the list a person settled for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Subquery

from accounts.models import User
from common import clock
from common.prepared import Prepared
from portfolio.access import may_edit_view
from portfolio.models import ListPreference, SavedView
from portfolio.queries.starter_views import STARTERS

EVERYTHING = "all"  # the whole list, said by those whose bare list opens a view


@dataclass(frozen=True, slots=True)
class Own:
    """A person's choices, and the name of the view an address speaks of ("" when it is none)."""

    columns: tuple[str, ...] = ()
    size: int = 0
    opens_with: str = ""
    view: str = ""
    view_name: str = ""
    view_address: str = ""


@dataclass(frozen=True, slots=True)
class ViewLine:
    """`changeable` by this person; `default` when their list opens with it."""

    slug: str
    name: str
    address: str
    maker: str
    shared: bool
    changeable: bool
    default: bool


def address(view: SavedView) -> str:
    """What stands behind the question mark of the list that the view opens."""
    said = {"sort": view.sort, "columns": ",".join(view.columns), "size": view.size or ""}
    laid = urlencode({**{name: value for name, value in said.items() if value}, "view": view.slug})
    return f"{view.filter}&{laid}" if view.filter else laid


def own(user: User, slug: str) -> Own:
    """One query, with and without a view."""
    if slug in ("", EVERYTHING) or slug in STARTERS or len(slug) > 80:
        found = _OWN.ask([user.pk], clock.today())
        columns, opens_with = found[0] if found else (None, None)
        starter = STARTERS.get(slug)
        said = slug if starter or (slug == EVERYTHING and opens_with) else ""
        return Own(
            tuple(columns or ()), user.page_size, opens_with or "", said,
            starter.name if starter else "", starter.address if starter else "",
        )  # fmt: skip
    views: QuerySet[Any] = SavedView.objects.visible_to(user).filter(slug=slug)
    pairs = views.annotate(
        own_columns=Subquery(_preference(user).values("columns")[:1]),
        own_opens=Subquery(_preference(user).values("opens_with")[:1]),
    )
    view: Any = pairs.first()
    if view is None:  # A view that is gone, or not this person's.
        return own(user, "")
    return Own(
        tuple(view.own_columns or ()), user.page_size, view.own_opens or "", view.slug, view.name,
        address(view),
    )  # fmt: skip


def _preference(user: User) -> QuerySet[ListPreference]:
    return ListPreference.objects.filter(person=user)


def _own(day: date) -> QuerySet[Any, Any]:
    return User.objects.values_list("list_preference__columns", "list_preference__opens_with")


_OWN = Prepared(_own)


def lines(user: User) -> tuple[Sequence[ViewLine], Sequence[ViewLine], Sequence[ViewLine]]:
    """The person's own views, those others share, and those everybody has. Two queries."""
    default = own(user, "").opens_with
    mine: list[ViewLine] = []
    shared: list[ViewLine] = []
    for view in SavedView.objects.visible_to(user).select_related("maker").order_by("name", "id"):
        line = ViewLine(
            view.slug, view.name, address(view), str(view.maker), view.shared,
            may_edit_view(user, view), view.slug == default,
        )  # fmt: skip
        (mine if view.maker_id == user.pk else shared).append(line)
    built_in = [
        ViewLine(v.slug, v.name, v.address, "", True, False, v.slug == default)
        for v in STARTERS.values()
    ]
    return mine, shared, built_in
