"""The company's settings: tried first, with what would follow, then saved."""

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.access import require_settings
from accounts.actions import company as actions
from accounts.forms import SettingsForm
from accounts.models import Channel
from accounts.queries import company as queries
from accounts.views import Request, tried
from common import clock, company
from common.company import Company
from common.errors import Conflict
from common.htmx import toast


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponseBase:
    """A first POST says what would change, a second one saves it."""
    require_settings(request.user)
    now = queries.stored() or company.from_environment()
    if request.method != "POST":
        form = SettingsForm(initial={**asdict(now), "version": queries.version()})
        return _page(request, form)
    form = SettingsForm(request.POST)
    if not form.is_valid() or not tried(form, lambda: actions.cleaned(form.values)):
        return _page(request, form, status=422)
    if request.POST.get("save") != _seal(form):  # Nothing is saved that was not shown first.
        return _page(request, form, **_preview(request, now, form))
    try:
        actions.change(
            by=request.user, channel=Channel.WEB, version=form.cleaned_data["version"],
            **form.values,
        )  # fmt: skip
    except Conflict as conflict:
        return _both_versions(request, form, now, conflict.sentence)
    toast(request, "Saved. It is in force everywhere within seconds.")
    return redirect("settings")


def _preview(request: Request, now: Company, form: SettingsForm) -> dict[str, Any]:
    wanted = actions.cleaned(form.values)
    follows = queries.consequences(now, Company(**wanted), by=request.user, now=clock.now())
    changes = queries.differences(now, wanted)
    return {"tried": True, "changes": changes, "follows": follows, "seal": _seal(form)}


def _seal(form: SettingsForm) -> str:
    """A short sum of the values, by which the second POST is known to be of what was shown."""
    return sha256(repr(form.values).encode()).hexdigest()[:16]


def _both_versions(
    request: Request, form: SettingsForm, now: Company, sentence: str
) -> TemplateResponse:
    """What was sent stays in the boxes, beside what is saved now."""
    data = request.POST.copy()
    data["version"] = str(queries.version())
    form.data = data
    theirs = queries.differences(now, form.values)
    return _page(request, form, status=409, conflict=sentence, theirs=theirs, seal=_seal(form))


def _page(
    request: Request, form: SettingsForm, *, status: int = 200, **context: Any
) -> TemplateResponse:
    shown = {"form": form, "history": queries.history(), "version": queries.version(), **context}
    return TemplateResponse(request, "accounts/settings.html", shown, status=status)
