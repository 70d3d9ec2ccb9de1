"""Checklists: all of them, one version, what differs between two, its file, and its days."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock, text
from common.errors import Refused
from common.htmx import toast
from portfolio.models import Channel, Pilot
from readiness.access import get_version, may_write_checklists, require_checklists
from readiness.actions import catalog as actions
from readiness.catalog import written
from readiness.forms.checklists import DayForm, ReasonForm
from readiness.queries import catalog as queries
from readiness.queries.checklist_diff import diff
from readiness.queries.checklist_drafts import as_stored, borrowed_words
from readiness.queries.checklist_history import history
from readiness.queries.checklist_preview import preview
from readiness.views import Request


@require_safe
def checklist_list(request: Request) -> TemplateResponse:
    """Every list with its version, who answers it and how many pilots have a score on it."""
    may_write = may_write_checklists(request.user)
    context = {
        "lists": queries.listed(Pilot.objects.visible_to(request.user)),
        "drafts": queries.new_drafts() if may_write else [],
        "may_write": may_write,
    }
    return TemplateResponse(request, "readiness/checklist_list.html", context)


@require_safe
def checklist(request: Request, slug: str) -> TemplateResponse:
    """A version of a list; the one that is asked unless the address names another."""
    typed = request.GET.get("version", "")
    number = text.whole(typed) if typed else None
    page = queries.version_page(slug, number) if number is not None or not typed else None
    if page is None:
        raise Http404("There is no such version of a checklist.")
    context = {
        "page": page, "may_write": may_write_checklists(request.user), "history": history(slug),
        "reason": ReasonForm(),
    }  # fmt: skip
    return TemplateResponse(request, "readiness/checklist_page.html", context)


@require_safe
def compare(request: Request, slug: str) -> TemplateResponse:
    """Two versions beside each other: the newest and the one before unless the address says."""
    versions = queries.versions(slug)
    after = get_version(slug, _number(request, "to", versions[0].version if versions else 1))
    earlier = [one.version for one in versions if one.version < after.version]
    usual = earlier[0] if earlier else after.version
    before = get_version(slug, _number(request, "from", usual))
    old, new = tuple(before.items.all()), tuple(after.items.all())
    context = {
        "before": before, "after": after, "versions": versions,
        "diff": diff(old, new, borrowed_words(slug, (*old, *new))),
    }  # fmt: skip
    return TemplateResponse(request, "readiness/checklist_compare.html", context)


def _number(request: Request, name: str, usual: int) -> int:
    number = text.whole(request.GET.get(name, str(usual)))
    if number is None or number > 2**31 - 1:
        raise Http404("There is no such version of a checklist.")
    return number


@require_safe
def toml(request: Request, slug: str, number: int) -> HttpResponse:
    """A version as the file it could have come from."""
    return as_file(slug, written(as_stored(get_version(slug, number))))


def as_file(slug: str, content: str) -> HttpResponse:
    """A TOML file to keep; never shown in the browser."""
    response = HttpResponse(content, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.toml"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def when(request: Request, slug: str, number: int) -> HttpResponseBase:
    """What a version that waits would change, and from which day it is asked."""
    require_checklists(request.user)
    template = get_version(slug, number)
    form = DayForm(
        request.POST if request.method == "POST" else None,
        initial={"effective_on": template.effective_on or clock.today()},
    )
    if form.is_bound and form.is_valid():
        on = form.cleaned_data["effective_on"]
        try:
            actions.schedule(template=template, by=request.user, channel=Channel.WEB, on=on)
        except Refused as refused:
            form.add_error("effective_on", refused.sentence)
        else:
            toast(request, f"{template} is asked from {on.day} {on:%B %Y}.")
            return redirect("checklist", slug)
    return _when(request, template, form)


def _when(request: Request, template: Any, form: DayForm) -> TemplateResponse:
    found = preview(
        slug=template.slug, items=list(template.items.all()), user=request.user,
        as_of=clock.today(),
    )  # fmt: skip
    waits = queries.waits(template)
    context = {"template": template, "form": form, "preview": found, "waits": waits}
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "readiness/checklist_when.html", context, status=status)


@require_POST
def call_off(request: Request, slug: str, number: int) -> HttpResponseBase:
    """A version that waits for its day is not asked."""
    require_checklists(request.user)
    template = get_version(slug, number)
    actions.call_off(template=template, by=request.user, channel=Channel.WEB)
    toast(request, f"{template} is called off. It can get another day.")
    return redirect("checklist", slug)


@require_POST
def retire(request: Request, slug: str, number: int) -> HttpResponseBase:
    """Ask a list of the company's own of nobody any more."""
    require_checklists(request.user)
    template, form = get_version(slug, number), ReasonForm(request.POST)
    reason = text.clean(form.cleaned_data["reason"]) if form.is_valid() else ""
    actions.retire(template=template, by=request.user, channel=Channel.WEB, reason=reason)
    toast(request, f"{template.title} is retired. Its answers are kept.")
    return redirect("checklist", slug)


@require_POST
def bring_back(request: Request, slug: str, number: int) -> HttpResponseBase:
    """Ask a retired list again."""
    require_checklists(request.user)
    template = get_version(slug, number)
    actions.bring_back(template=template, by=request.user, channel=Channel.WEB)
    toast(request, f"{template.title} is asked again.")
    return redirect("checklist", slug)
