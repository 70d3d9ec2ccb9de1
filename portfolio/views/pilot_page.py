"""The page of one pilot, its history, and the doors to create and edit one."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Conflict
from common.htmx import page_or_partial, toast
from portfolio.access import get_pilot
from portfolio.actions import pilots
from portfolio.forms.pilots import EditForm
from portfolio.models import Channel
from portfolio.queries.edit_conflict import theirs
from portfolio.queries.history import history as history_of
from portfolio.views import Request, answers


@require_safe
def pilot(request: Request, ref: str) -> HttpResponse:
    """Everything about one pilot."""
    return answers.whole(request, get_pilot(request.user, ref))


@require_safe
def history(request: Request, ref: str) -> TemplateResponse:
    """Who changed what, newest first."""
    pilot = get_pilot(request.user, ref)
    page = history_of(pilot.pk, cursor=request.GET.get("cursor", ""))
    context = {"pilot": pilot, "events": page}
    return page_or_partial(request, "portfolio/pilot_history.html", "history-page", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, ref: str) -> HttpResponseBase:
    """Change facts. When somebody else was faster, both versions are shown and nothing is lost."""
    pilot = get_pilot(request.user, ref, need="edit")
    context = {"pilot": pilot}
    if request.method != "POST":
        return _edit_page(request, {**context, "form": EditForm.of(pilot)})
    form = EditForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, {**context, "form": form}, status=422)
    version = form.cleaned_data["version"]
    try:
        saved = answers.tried(
            form,
            lambda: pilots.edit(
                pilot=pilot, by=request.user, channel=Channel.WEB, version=version, **form.values
            ),
        )
    except Conflict as conflict:
        return _both_versions(request, pilot.ref, form, conflict.sentence)
    if saved is None:
        return _edit_page(request, {**context, "form": form}, status=422)
    toast(request, f"{saved.ref} is saved.")
    return redirect("pilot", saved.ref)


def _both_versions(request: Request, ref: str, form: EditForm, sentence: str) -> HttpResponse:
    """What was sent stays in the boxes; beside each box that differs stands what is saved now."""
    now = get_pilot(request.user, ref, need="edit")
    data = request.POST.copy()
    data["version"] = str(now.version)
    form.data = data
    context = {"pilot": now, "form": form, "conflict": sentence, "theirs": theirs(now, form.values)}
    return _edit_page(request, context, status=409)


def _edit_page(request: Request, context: dict[str, object], status: int = 200) -> HttpResponse:
    return TemplateResponse(request, "portfolio/pilot_edit.html", context, status=status)
