"""The list of pilots."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import roles_of
from common import clock, nav
from common.htmx import page_or_partial, wants_partial
from common.keyset import filter_hash
from portfolio.filters import PilotFilter
from portfolio.models import Pilot
from portfolio.queries import layout
from portfolio.queries.pilots import COUNTED, PilotList, pilot_list
from portfolio.queries.saved_views import own
from portfolio.views import Request, filter_bar


@require_safe
def pilots(request: Request) -> HttpResponseBase:
    """What one may see, filtered and sorted; everything stands in the address.

    The bare address opens the view that the person chose for it.
    """
    mine = own(request.user, request.GET.get("view", ""))
    first = own(request.user, mine.opens_with) if mine.opens_with and not request.GET else None
    if first and first.view:
        return redirect(f"{reverse('pilots')}?{first.view_address}")
    laid = layout.read(request.GET.dict(), layout.Usual(mine.columns, mine.size, mine.view))
    filtered, found = _found(request, laid)
    rows = found.page.rows
    bar = filter_bar.FilterBar(filtered, laid, mine, rows[0].owner if rows else "")
    context = {"list": found, "page": found.page, "bar": bar, **_around(request)}
    response = page_or_partial(request, "portfolio/pilot_list.html", "pilot-list", context)
    response["HX-Push-Url"] = bar.address(cursor=request.GET.get("cursor", ""))
    return response


def _found(request: Request, laid: layout.Layout) -> tuple[PilotFilter, PilotList]:
    """The page of the list: words as they are written, and only when that is nothing what was
    perhaps meant; so the usual search asks no question beforehand."""
    as_of, visible = clock.today(), Pilot.objects.visible_to(request.user)
    for exact in (True, False):
        filtered = PilotFilter(request.GET, visible, user=request.user, as_of=as_of, exact=exact)
        found = pilot_list(
            filtered.qs, as_of=as_of, sort=laid.sort, size=laid.size, columns=laid.columns,
            cursor=request.GET.get("cursor", ""), filters=filter_hash(filtered.chosen),
        )  # fmt: skip
        if found.page.rows or "q" not in filtered.chosen:
            break
    return filtered, found


def _around(request: Request) -> dict[str, Any]:
    """What stands around the rows, and what the person may do."""
    roles = roles_of(request.user)
    return {
        "cap": COUNTED, "base": reverse("pilots"), "change_url": nav.address("pilots-change"),
        "may_create": roles.may_create, "may_import": roles.may_import,
        "may_choose": roles.may_create or bool(roles.managed),
        "import_url": nav.address("imports"), "export_url": nav.address("pilots-export"),
        "fresh_units": wants_partial(request) and request.headers.get("HX-Trigger-Name") == "unit",
    }  # fmt: skip
