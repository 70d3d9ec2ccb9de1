"""One owner for many pilots: choose, look at what would happen, apply, undo."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common.htmx import toast
from portfolio.actions import handovers
from portfolio.forms.people import HandoverForm
from portfolio.models import Channel
from portfolio.queries.handover import preview
from portfolio.queries.people import candidates
from portfolio.views import Request, answers
from portfolio.views.choosing import back, chosen


@require_http_methods(["GET", "HEAD", "POST"])
def pilots_assign(request: Request) -> HttpResponseBase:
    """GET chooses the person and shows the consequences; POST does exactly what was shown."""
    sent = request.POST if request.method == "POST" else request.GET
    form = HandoverForm(sent if request.method == "POST" or sent.get("person") else None)
    person = form.cleaned_data["person"] if form.is_bound and form.is_valid() else None
    ids, capped = chosen(request, handovers.AT_ONCE)
    if request.method == "POST" and person:
        told = answers.tried(
            form,
            lambda: handovers.hand_over(
                pilots=ids, person=person, by=request.user, channel=Channel.WEB
            ),
        )
        if told:
            return _applied(request, told, str(person))
    shown = preview(ids, person=person, user=request.user)
    context = {
        "form": form, "person": person, "capped": capped, "most": handovers.AT_ONCE,
        "preview": shown, "groups": shown.groups,
        "people": candidates("", by=request.user), "match": sent.get("match", ""),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "portfolio/pilots_assign.html", context, status=status)


def _applied(request: Request, told: handovers.Handover, person: str) -> HttpResponseBase:
    many = len(told.changed)
    said = f"{person} is asked to own {many} pilot{'' if many == 1 else 's'}."
    if told.refused:
        said += f" {len(told.refused)} were left alone, because you may not edit them."
    undo = reverse("assignment-undo", args=[told.batch]) if told.changed else ""
    toast(request, said, undo=undo)
    match = request.POST.get("match", "")
    return redirect(f"{reverse('pilots')}{'?' if match else ''}{match}")


@require_POST
def undo(request: Request, batch: UUID) -> HttpResponseBase:
    """Take one's own assignments of the last minutes back."""
    taken, left = handovers.take_back(batch=str(batch), by=request.user, channel=Channel.WEB)
    said = "Taken back." if taken == 1 else f"Taken back on {taken} pilots."
    if left:
        said += f" {left} changed since and stay as they are."
    toast(request, said)
    return redirect(back(request))
