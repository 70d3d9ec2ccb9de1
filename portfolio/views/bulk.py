"""One change for many pilots: choose, look at what would happen, apply, undo."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.htmx import toast
from portfolio.actions import bulk
from portfolio.forms.bulk import BulkForm
from portfolio.models import Channel
from portfolio.queries.bulk import AT_ONCE, KINDS, Change, preview
from portfolio.views import Request, answers
from portfolio.views.choosing import back, chosen


@require_http_methods(["GET", "HEAD", "POST"])
def pilots_change(request: Request) -> HttpResponseBase:
    """GET asks what shall change and shows the consequences; POST does exactly what was shown."""
    post = request.method == "POST"
    sent = request.POST if post else request.GET
    kind = sent.get("do", "")
    kind = kind if kind in KINDS else "tag"
    form = BulkForm(kind, request.user, sent if post or "see" in sent else None)
    ids, capped = chosen(request, AT_ONCE)
    change: Change | None = None
    if form.is_bound and form.is_valid():
        change = answers.tried(form, lambda: bulk.checked(form.change, request.user))
    if post and change:
        told = answers.tried(form, lambda: _apply(request, ids, change))
        if told:
            return _applied(request, told, change)
    seen = change or Change(kind)
    context = {
        "form": form, "kind": kind, "title": KINDS[kind], "capped": capped, "most": AT_ONCE,
        "change": change, "match": sent.get("match", ""), "values": _values(form),
        "preview": preview(ids, seen, user=request.user, as_of=clock.today()),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "portfolio/pilots_change.html", context, status=status)


def _apply(request: Request, ids: list[int], change: Change) -> bulk.Outcome:
    return bulk.apply(pilots=ids, change=change, by=request.user, channel=Channel.WEB)


def _values(form: BulkForm) -> list[tuple[str, str]]:
    """What the confirmation must carry of what was said."""
    return [(name, form.data.get(name, "")) for name in form.fields] if form.is_bound else []


def _applied(request: Request, told: bulk.Outcome, change: Change) -> HttpResponseBase:
    number = len(told.change)
    said = f"{number} pilot{'' if number == 1 else 's'} {change.words}."
    left = len(told.refused) + len(told.ended)
    if left:
        said += f" {left} were left alone."
    toast(request, said, undo=reverse("bulk-undo", args=[told.batch]) if number else "")
    match = request.POST.get("match", "")
    return redirect(f"{reverse('pilots')}{'?' if match else ''}{match}")


@require_POST
def undo(request: Request, batch: UUID) -> HttpResponseBase:
    """Take one's own change of the last minutes back."""
    taken, left = bulk.take_back(batch=str(batch), by=request.user, channel=Channel.WEB)
    said = "Taken back." if taken == 1 else f"Taken back on {taken} pilots."
    if left:
        said += f" {left} changed since and stay as they are."
    toast(request, said)
    return redirect(back(request))
