"""One owner for many pilots: choose, look at what would happen, apply, undo."""

from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.htmx import toast
from portfolio.actions import handovers
from portfolio.filters import PilotFilter
from portfolio.forms.people import HandoverForm
from portfolio.models import Channel, Pilot
from portfolio.queries.handover import preview
from portfolio.queries.people import candidates
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def pilots_assign(request: Request) -> HttpResponseBase:
    """GET chooses the person and shows the consequences; POST does exactly what was shown."""
    sent = request.POST if request.method == "POST" else request.GET
    form = HandoverForm(sent if request.method == "POST" or sent.get("person") else None)
    person = form.cleaned_data["person"] if form.is_bound and form.is_valid() else None
    chosen, capped = _chosen(request)
    if request.method == "POST" and person:
        told = answers.tried(
            form,
            lambda: handovers.hand_over(
                pilots=chosen, person=person, by=request.user, channel=Channel.WEB
            ),
        )
        if told:
            return _applied(request, told, str(person))
    shown = preview(chosen, person=person, user=request.user)
    context = {
        "form": form, "person": person, "capped": capped, "most": handovers.AT_ONCE,
        "preview": shown, "groups": shown.groups,
        "people": candidates("", by=request.user), "match": sent.get("match", ""),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "portfolio/pilots_assign.html", context, status=status)


def _chosen(request: Request) -> tuple[list[int], bool]:
    """Ids of the chosen pilots, or of all that match; True when there are more than at once."""
    sent = request.POST if request.method == "POST" else request.GET
    if "all" not in sent:
        ids = [int(text) for text in sent.getlist("chosen") if text.isdigit() and len(text) < 19]
        return ids[: handovers.AT_ONCE], len(ids) > handovers.AT_ONCE
    data = dict(parse_qsl(sent.get("match", "")))
    visible = Pilot.objects.visible_to(request.user)
    found = PilotFilter(data, visible, user=request.user, as_of=clock.today()).qs
    ids = list(found.order_by("id").values_list("id", flat=True)[: handovers.AT_ONCE + 1])
    return ids[: handovers.AT_ONCE], len(ids) > handovers.AT_ONCE


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
    return redirect(_back(request))


def _back(request: Request) -> str:
    """The page the undo was on, if it is one of ours."""
    before = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()})
    return before if safe else reverse("pilots")
