"""Which views a person has, and what of the list a person settled for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from accounts.models import User
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
    """The person's preferences came with them; one query for a view of theirs or shared."""
    liked = _preference(user)
    columns, opens_with = (tuple(liked.columns), liked.opens_with) if liked else ((), "")
    if slug in ("", EVERYTHING) or slug in STARTERS or len(slug) > 80:
        starter = STARTERS.get(slug)
        said = slug if starter or (slug == EVERYTHING and opens_with) else ""
        return Own(
            columns, user.page_size, opens_with, said,
            starter.name if starter else "", starter.address if starter else "",
        )  # fmt: skip
    view = SavedView.objects.visible_to(user).filter(slug=slug).first()
    if view is None:  # A view that is gone, or not this person's.
        return own(user, "")
    return Own(columns, user.page_size, opens_with, view.slug, view.name, address(view))


def _preference(user: User) -> ListPreference | None:
    """No query for who is signed in (config.backends), one for anybody else."""
    try:
        return user.list_preference
    except ListPreference.DoesNotExist:
        return None


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
