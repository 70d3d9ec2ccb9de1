"""Views of the list: saved, shared, copied, deleted; and how a person wants lists to look."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from accounts.models.user import PAGE_SIZES
from common import clock, text
from common.errors import NotAllowed, Refused
from portfolio.access import may_edit_view
from portfolio.actions import events
from portfolio.models import ListPreference, SavedView
from portfolio.queries.list_columns import named
from portfolio.queries.pilots import ORDERS
from portfolio.queries.starter_views import STARTERS

MOST = 200  # views of one person
FILTER = 2000  # characters


@dataclass(frozen=True)
class Shown:
    """What a view keeps of a list; `filter` as it stands in an address, already understood."""

    filter: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    size: int | None = None

    @staticmethod
    def by(view: SavedView) -> "Shown":
        return Shown(view.filter, view.sort, tuple(view.columns), view.size)


@transaction.atomic
def save(*, by: User, channel: str, name: str, shared: bool, shown: Shown) -> SavedView:
    """Keep a list under a name. Its address never changes afterwards."""
    User.objects.select_for_update().get(pk=by.pk)  # One after the other, or nobody counts.
    if SavedView.objects.filter(maker=by).count() >= MOST:
        raise Refused(f"You have {MOST} views already; delete one first.")
    name, shown = _name(name), _checked(shown)
    view = SavedView.objects.create(
        slug=f"{slugify(name)[:60] or 'view'}-{secrets.token_hex(3)}", name=name, maker=by,
        shared=shared, filter=shown.filter, sort=shown.sort, columns=list(shown.columns),
        size=shown.size, changed_at=clock.now(),
    )  # fmt: skip
    events.record(verb="view.saved", by=by, channel=channel, after=_told(view))
    return view


def copy(*, view: SavedView, by: User, channel: str) -> SavedView:
    """One's own, private copy of a view one may see."""
    name = f"Copy of {view.name}"[:100]
    return save(by=by, channel=channel, name=name, shared=False, shown=Shown.by(view))


@transaction.atomic
def edit(
    *, view: SavedView, by: User, channel: str, name: str, shared: bool, shown: Shown | None = None
) -> SavedView:
    """Rename, share or take back, and keep another list under it; the address stays."""
    view = _locked(view, by)
    was = _told(view)
    if view.maker_id != by.pk and not shared:
        raise Refused("Only its maker takes a view back from the others.", field="shared")
    wanted: dict[str, object] = {"name": _name(name), "shared": shared}
    if shown is not None:
        shown = _checked(shown)
        wanted |= {
            "filter": shown.filter, "sort": shown.sort, "columns": list(shown.columns),
            "size": shown.size,
        }  # fmt: skip
    _, after = events.changed(view, wanted)
    if not after:
        return view
    for field, value in after.items():
        setattr(view, field, value)
    view.changed_at = clock.now()
    view.save()
    if not view.shared:
        others = ListPreference.objects.filter(opens_with=view.slug).exclude(person=view.maker_id)
        others.update(opens_with="")
    events.record(verb="view.changed", by=by, channel=channel, before=was, after=_told(view))
    return view


@transaction.atomic
def delete(*, view: SavedView, by: User, channel: str) -> None:
    """Take a view away, also from those whose list opens with it."""
    view = _locked(view, by)
    was = _told(view)
    ListPreference.objects.filter(opens_with=view.slug).update(opens_with="")
    view.delete()
    events.record(verb="view.deleted", by=by, channel=channel, before=was)


@transaction.atomic
def open_with(*, by: User, slug: str) -> None:
    """The bare list opens this view from now on; "" is the whole list again."""
    known = SavedView.objects.visible_to(by).filter(slug=slug).exists()
    if slug and slug not in STARTERS and not known:
        raise Refused("There is no such view.")
    ListPreference.objects.update_or_create(person=by, defaults={"opens_with": slug})


@transaction.atomic
def choose_columns(*, by: User, columns: Sequence[str]) -> None:
    """The columns of lists whose address names none; none chosen is the usual ones."""
    known, unknown = named(columns)
    if unknown:
        raise Refused(f"There is no column “{unknown[0][:60]}”.")
    codes = [column.code for column in known]
    ListPreference.objects.update_or_create(person=by, defaults={"columns": codes})


def _told(view: SavedView) -> dict[str, object]:
    """What an event may say: of a private view only its address."""
    said: dict[str, object] = {"slug": view.slug, "shared": view.shared}
    return said | {"name": view.name, "filter": view.filter} if view.shared else said


def _locked(view: SavedView, by: User) -> SavedView:
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    if not may_edit_view(by, view):
        raise NotAllowed("Only its maker and portfolio managers change a shared view; copy it.")
    return view


def _name(name: str) -> str:
    name = text.clean(name)
    if not name:
        raise Refused("A view needs a name.", field="name")
    if len(name) > 100:
        raise Refused("A name has at most 100 characters.", field="name")
    return name


def _checked(shown: Shown) -> Shown:
    """Only what a list understands; sort, columns and length that mean nothing are left out."""
    if len(shown.filter) > FILTER:
        raise Refused("That filter is too long to keep.")
    columns, _ = named(shown.columns)
    return replace(
        shown,
        sort=shown.sort if shown.sort in ORDERS else "",
        columns=tuple(column.code for column in columns),
        size=shown.size if shown.size in PAGE_SIZES else None,
    )
