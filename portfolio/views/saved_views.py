"""Views of the list: keep one, open one, change it, copy it, delete it; and choose columns."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.htmx import page_or_partial, toast
from portfolio.access import get_view
from portfolio.actions import saved_views
from portfolio.actions.saved_views import Shown
from portfolio.filters import PilotFilter
from portfolio.forms.saved_views import ViewForm
from portfolio.models import Channel, Pilot
from portfolio.queries import layout
from portfolio.queries.list_columns import ListColumn, known, usual
from portfolio.queries.saved_views import address, lines, own
from portfolio.queries.starter_views import STARTERS
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: Request) -> HttpResponseBase:
    """GET lists the views and offers to keep the list one comes from; POST keeps it."""
    query = _query(request)
    form = ViewForm(answers.sent(request), auto_id="view_%s")
    if form.is_bound and form.is_valid():
        told = answers.tried(
            form,
            lambda: saved_views.save(
                by=request.user, channel=Channel.WEB, shown=_shown(request, query),
                **form.cleaned_data,
            ),
        )  # fmt: skip
        if told:
            toast(request, f"“{told.name}” is kept.")
            return redirect(_list(address(told)))
    mine, shared, built_in = lines(request.user)
    context = {
        "form": form, "query": query, "mine": mine, "shared": shared, "built_in": built_in,
        "opens_plain": not any(one.default for one in (*mine, *shared, *built_in)),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "portfolio/pilot_views.html", context, status=status)


@require_safe
def view(request: Request, slug: str) -> HttpResponseBase:
    """The list that the view keeps, with everything in its address."""
    if slug in STARTERS:
        return redirect(_list(STARTERS[slug].address))
    return redirect(_list(address(get_view(request.user, slug))))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, slug: str) -> HttpResponseBase:
    """Rename or share; with a list (`query`) also keep that one under it from now on."""
    one = get_view(request.user, slug, need="edit")
    query = _query(request)
    form = ViewForm(answers.sent(request), initial={"name": one.name, "shared": one.shared})
    if form.is_bound and form.is_valid():
        shown = _shown(request, query) if "renew" in request.POST else None
        told = answers.tried(
            form,
            lambda: saved_views.edit(
                view=one, by=request.user, channel=Channel.WEB, shown=shown, **form.cleaned_data
            ),
        )
        if told:
            toast(request, f"“{told.name}” is changed.")
            return redirect(_list(address(told)))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "view": one, "query": query, "own": one.maker_id == request.user.pk}
    return TemplateResponse(request, "portfolio/pilot_view_edit.html", context, status=status)


@require_POST
def copy(request: Request, slug: str) -> HttpResponseBase:
    """A private copy of one's own."""
    one = get_view(request.user, slug)
    made = saved_views.copy(view=one, by=request.user, channel=Channel.WEB)
    toast(request, f"“{made.name}” is yours to change.")
    return redirect("saved-view-edit", made.slug)


@require_POST
def delete(request: Request, slug: str) -> HttpResponseBase:
    one = get_view(request.user, slug, need="edit")
    saved_views.delete(view=one, by=request.user, channel=Channel.WEB)
    toast(request, f"“{one.name}” is deleted. No pilot changed.")
    return redirect("saved-views")


@require_POST
def default(request: Request) -> HttpResponseBase:
    """What the bare list opens with; nothing is the whole list."""
    saved_views.open_with(by=request.user, slug=request.POST.get("view", "")[:80])
    toast(request, "Kept. “Pilots” opens like that from now on.")
    return redirect("saved-views")


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: Request) -> HttpResponseBase:
    """Choose columns and their order by links, so that it works without JavaScript; POST keeps
    them for the person."""
    query = _query(request)
    if request.method == "POST":
        codes = [c for c in request.POST.get("columns", "").split(",") if c]
        saved_views.choose_columns(by=request.user, columns=codes)
        toast(request, "Your lists show these columns from now on.")
        return redirect(_list(_with(query, "")))
    laid = layout.read(_sent(query), layout.Usual(own(request.user, "").columns))
    there = {column.code for column in laid.columns}
    context = {
        "chosen": _moves(query, laid.columns), "codes": laid.codes, "query": query,
        "others": [
            (column.label, _with(query, f"{laid.codes},{column.code}"))
            for column in known().values() if column.code not in there
        ],
        "usual": _with(query, ",".join(usual())), "list_url": _list(_with(query, laid.codes)),
    }  # fmt: skip
    return page_or_partial(request, "portfolio/pilot_columns.html", "list-columns", context)


def _moves(query: str, chosen: tuple[ListColumn, ...]) -> list[dict[str, Any]]:
    """Each column with the queries that move it up, down and away; "" where it cannot."""
    codes = [column.code for column in chosen]

    def swapped(first: int, second: int) -> str:
        if not (0 <= first < len(codes) and 0 <= second < len(codes)):
            return ""
        moved = codes.copy()
        moved[first], moved[second] = moved[second], moved[first]
        return _with(query, ",".join(moved))

    return [
        {
            "label": column.label, "up": swapped(n - 1, n), "down": swapped(n, n + 1),
            "away": _with(query, ",".join(c for c in codes if c != column.code))
            if len(codes) > 1 else "",
        }
        for n, column in enumerate(chosen)
    ]  # fmt: skip


def _query(request: HttpRequest) -> str:
    """The list one comes from, as its address says it."""
    if request.method == "POST":
        return request.POST.get("query", "")[:4000]
    sent = request.GET.copy()
    for name in ("cursor", "view"):
        sent.pop(name, None)
    return sent.urlencode()[:4000]


def _sent(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def _shown(request: Request, query: str) -> Shown:
    """What of that address a list understands."""
    visible, today = Pilot.objects.visible_to(request.user), clock.today()
    found = PilotFilter(_sent(query), visible, user=request.user, as_of=today)
    laid = layout.read(_sent(query), layout.Usual(own(request.user, "").columns))
    return Shown(
        urlencode(found.chosen), laid.said.get("sort", ""),
        tuple(column.code for column in laid.columns), laid.size,
    )  # fmt: skip


def _with(query: str, codes: str) -> str:
    sent = QueryDict(query, mutable=True)
    sent.pop("columns", None)
    if codes:
        sent["columns"] = codes
    return sent.urlencode(safe=",")


def _list(query: str) -> str:
    return f"{reverse('pilots')}{'?' if query else ''}{query}"
