"""Removing a pilot made by mistake, and taking it back."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import toast, wants_partial
from portfolio.access import check_manager, get_pilot, get_removed
from portfolio.actions import removals
from portfolio.forms.removals import RemoveForm
from portfolio.models import Channel
from portfolio.queries.removals import dependents
from portfolio.queries.removals import removed as removed_pilots
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, ref: str) -> HttpResponseBase:
    """What hangs on the pilot, and why it goes."""
    pilot = get_pilot(request.user, ref, need="manage")
    form = RemoveForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        gone = answers.tried(
            form,
            lambda: removals.remove(
                pilot=pilot, by=request.user, channel=Channel.WEB, reason=reason
            ),
        )
        if gone:
            undo = reverse("pilot-take-back", args=[pilot.ref])
            toast(request, f"{pilot.ref} {pilot.name} is deleted.", undo=undo)
            if wants_partial(request):
                return HttpResponse(headers={"HX-Redirect": reverse("pilots")})
            return redirect("pilots")
    return answers.ask(
        request, pilot, form, title=f"Delete {pilot.ref}", button="Delete the pilot",
        template="portfolio/pilot_delete.html", hanging=dependents(pilot),
    )  # fmt: skip


@require_POST
def take_back(request: Request, ref: str) -> HttpResponseBase:
    """A manager takes a removed pilot back."""
    pilot = get_removed(request.user, ref)
    back = removals.take_back(pilot=pilot, by=request.user, channel=Channel.WEB)
    toast(request, f"{back.ref} is back.")
    return redirect("pilot", back.ref)


@require_safe
def removed(request: Request) -> TemplateResponse:
    """Pilots that were deleted or merged, for managers to take back."""
    check_manager(request.user)
    page = removed_pilots(request.user, cursor=request.GET.get("cursor", ""))
    return TemplateResponse(request, "portfolio/pilots_removed.html", {"page": page})
