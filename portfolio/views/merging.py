"""Merging two pilots that are one: find the other, compare, choose, take apart again."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from common.htmx import toast
from common.text import whole
from portfolio.access import check_manager, get_pilot, get_removed
from portfolio.actions import merging
from portfolio.forms.merging import MergeForm
from portfolio.models import Channel, Merge, Pilot
from portfolio.queries.merging import candidates, undoing
from portfolio.queries.merging import duplicates as pairs_of
from portfolio.queries.removals import dependents
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: Request, ref: str) -> HttpResponseBase:
    """Without `with` the other pilot is looked for; with it the two stand side by side."""
    survivor = get_pilot(request.user, ref, need="manage")
    other = request.POST.get("with", "") or request.GET.get("with", "")
    if not other:
        return _find(request, survivor)
    merged = get_pilot(request.user, other, need="manage")
    form = MergeForm(answers.sent(request), survivor=survivor, merged=merged)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = answers.tried(
            form,
            lambda: merging.merge(
                survivor=survivor, merged=merged, by=request.user, channel=Channel.WEB,
                reason=reason, choice=form.choice, versions=form.versions,
            ),
        )  # fmt: skip
        if done:
            undo = reverse("pilot-unmerge", args=[merged.ref])
            toast(request, f"{merged.ref} is part of {survivor.ref} now.", undo=undo)
            return redirect("pilot", survivor.ref)
    return _side_by_side(request, survivor, merged, form)


def _find(request: Request, survivor: Pilot) -> TemplateResponse:
    typed = request.GET.get("q", "")
    found = candidates(survivor, request.user, typed)
    context = {"pilot": survivor, "found": found, "typed": typed[:200]}
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "portfolio/merge_find.html", context, status=status)


def _side_by_side(
    request: Request, survivor: Pilot, merged: Pilot, form: MergeForm
) -> TemplateResponse:
    context = {"pilot": survivor, "other": merged, "form": form, "hanging": dependents(merged)}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "portfolio/merge.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request: Request, ref: str) -> HttpResponseBase:
    """Take a merged pilot out of the other one again."""
    merged = get_removed(request.user, ref)
    records = Merge.objects.select_related("survivor").filter(merged=merged, undone_at=None)
    record = records.first()
    mine = Pilot.everything.visible_to(request.user).managed_by(request.user)
    if record is None or not mine.filter(pk=record.survivor_id).exists():
        raise Http404("That pilot is no part of another one.")
    if request.method != "POST":
        context = {"pilot": merged, "undoing": undoing(record)}
        return TemplateResponse(request, "portfolio/unmerge.html", context)
    left = merging.take_apart(merged=merged, by=request.user, channel=Channel.WEB)
    said = f"{merged.ref} is a pilot of its own again."
    if left:
        said += f" {left} of what moved was changed since and stays with {record.survivor.ref}."
    toast(request, said)
    return redirect("pilot", merged.ref)


@require_safe
def duplicates(request: Request) -> TemplateResponse:
    """Pilots of one unit whose names are alike, for managers to merge."""
    check_manager(request.user)
    given = request.GET.get("before", "")
    context = {"found": pairs_of(request.user, before=whole(given) or 0)}
    return TemplateResponse(request, "portfolio/duplicates.html", context)
