"""The tree of units, a unit's page, and the doors by which administrators change the tree."""

from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_unit, require_units, roles_of
from accounts.actions import unit_tree
from accounts.models import Channel, Unit
from common import clock, company
from common.errors import Conflict
from common.htmx import toast
from portfolio.actions import units as actions
from portfolio.forms.units import MergeForm, MoveForm, RenameForm, UnitForm
from portfolio.models import Stage
from portfolio.queries import units as queries
from portfolio.queries.company import in_poc
from portfolio.views import Request
from portfolio.views.answers import sent, tried

RETIRED = ["No new pilot belongs to it.", "What stands in it stays, and so does its history."]
REOPENED = ["New pilots may belong to it again."]
FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def units(request: Request) -> TemplateResponse:
    """Every unit with the pilots one may see."""
    rows = queries.tree(request.user, clock.today())
    limit = company.current().wip_limit
    context = {
        "rows": rows, "may_change": roles_of(request.user).is_administrator,
        "pilots": sum(row.counts.all for row in rows if not row.depth),
        "wip_limit": limit, "in_poc": in_poc(request.user) if limit else 0,
        "poc_url": f"{reverse('pilots')}?stage={Stage.POC}",
    }  # fmt: skip
    return TemplateResponse(request, "portfolio/unit_list.html", context)


@require_safe
def unit(request: Request, number: int) -> TemplateResponse:
    """Facts of a unit, its pilots by stage, and who has waited longest."""
    found = get_unit(request.user, number)
    roles = roles_of(request.user)
    seen = roles.sees_people
    page = queries.unit_page(found, user=request.user, as_of=clock.today(), people=seen)
    context = {
        "page": page, "unit": found, "may_change": roles.is_administrator,
        "may_create": roles.may_create_in(found.lineage) and not found.retired_on,
    }  # fmt: skip
    return TemplateResponse(request, "portfolio/unit_page.html", context)


@FORM
def add(request: Request) -> HttpResponseBase:
    require_units(request.user)
    form = UnitForm(sent(request), initial={"parent": request.GET.get("parent")})
    if form.is_bound and form.is_valid():
        made = tried(
            form,
            lambda: unit_tree.create(by=request.user, channel=Channel.WEB, **form.cleaned_data),
        )
        if made:
            return _done(request, made, f"{made} is there.")
    return _ask(request, form, None, title="New unit", button="Add the unit")


@FORM
def rename(request: Request, number: int) -> HttpResponseBase:
    """Another name; two at once see both versions."""
    found = get_unit(request.user, number, need="change")
    form = RenameForm(sent(request), initial={"name": found.name, "version": found.version})
    words: dict[str, Any] = {"title": f"Rename {found.name}", "button": "Rename"}
    if not form.is_bound or not form.is_valid():
        return _ask(request, form, found, **words)
    given = form.cleaned_data
    try:
        made = tried(
            form,
            lambda: unit_tree.rename(unit=found, by=request.user, channel=Channel.WEB, **given),
        )
    except Conflict as conflict:
        form.data = {**request.POST.dict(), "version": str(found.version)}
        both = {"conflict": conflict.sentence, "saved": found.name, "yours": given["name"]}
        return _ask(request, form, found, status=409, **words, **both)
    if made:
        return _done(request, made, "Renamed. The paths of the units below follow.")
    return _ask(request, form, found, **words)


@FORM
def move(request: Request, number: int) -> HttpResponseBase:
    """A first POST says what would follow, a second one moves."""
    found = get_unit(request.user, number, need="change")
    form = MoveForm(sent(request), unit=found, initial={"parent": found.parent_id})
    words: dict[str, Any] = {"title": f"Move {found.name}", "button": "Show what would change"}
    if form.is_bound and form.is_valid():
        parent = form.cleaned_data["parent"]
        tried(form, lambda: unit_tree.check_place(found, parent))
        if form.is_valid() and request.POST.get("save") != str(parent.pk if parent else 0):
            words["follows"] = queries.move_consequences(found, parent, user=request.user)
            words |= {"sure": "Move it", "seal": parent.pk if parent else 0, "button": "Show again"}
        elif form.is_valid():
            moved = unit_tree.move(unit=found, parent=parent, by=request.user, channel=Channel.WEB)
            return _done(request, moved, f"{moved.name} stands in its new place.")
    return _ask(request, form, found, **words)


@FORM
def merge(request: Request, number: int) -> HttpResponseBase:
    """Merge an empty unit into another."""
    found = get_unit(request.user, number, need="change")
    form = MergeForm(sent(request), unit=found)
    if form.is_bound and form.is_valid():
        into = form.cleaned_data["into"]
        merged = tried(
            form,
            lambda: actions.merge(unit=found, into=into, by=request.user, channel=Channel.WEB),
        )
        if merged:
            return _done(request, into, f"{merged.name} is merged into {into}.")
    follows = [
        "The units below it move, with their pilots.",
        "Roles limited to it end, and begin for the other unit.",
        f"{found} is retired: it keeps its history, and nothing new belongs to it.",
    ]
    title = f"Merge {found.name}"
    return _ask(request, form, found, title=title, button="Merge", follows=follows)


@FORM
def retire(request: Request, number: int) -> HttpResponseBase:
    """Out of use, or in use again."""
    found = get_unit(request.user, number, need="change")
    form, act = forms.Form(sent(request)), unit_tree.reopen if found.retired_on else actions.retire
    if form.is_bound and form.is_valid():
        done = tried(form, lambda: act(unit=found, by=request.user, channel=Channel.WEB))
        if done:
            said = "retired" if done.retired_on else "in use again"
            return _done(request, done, f"{done.name} is {said}.")
    words: dict[str, Any] = {"title": f"Retire {found.name}", "button": "Retire it"}
    if found.retired_on:
        words = {"title": f"Use {found.name} again", "button": "Use it"}
    follows = REOPENED if found.retired_on else RETIRED
    return _ask(request, form, found, follows=follows, **words)


def _done(request: Request, made: Unit, said: str) -> HttpResponseBase:
    toast(request, said)
    return redirect("unit", made.pk)


def _ask(
    request: Request, form: forms.Form, found: Unit | None, *, status: int = 0, **words: Any
) -> TemplateResponse:
    wrong = form.is_bound and bool(form.errors)
    context = {"form": form, "unit": found, **words}
    status = status or (422 if wrong else 200)
    return TemplateResponse(request, "portfolio/unit_form.html", context, status=status)
