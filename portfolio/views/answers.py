"""How forms about a pilot answer: a page of their own, or a dialog on the pilot's page."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.models import Pilot
from portfolio.queries.pilot_page import pilot_page
from portfolio.queries.tags import of_pilot
from portfolio.views import Request

FORM = "portfolio/pilot_form.html"


def tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the action gives, or None when it refused: the sentence then stands in the form."""
    try:
        return act()
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.sentence)
        return None


def sent(request: Request) -> Any:
    """The form's data when it was sent, None when the form is only asked for."""
    return request.POST if request.method == "POST" else None


def ask(
    request: Request, pilot: Pilot, form: forms.Form, *, title: str, button: str,
    template: str = FORM, **context: Any,
) -> HttpResponse:  # fmt: skip
    """Show the form; 422 when it was sent and something in it is wrong."""
    shown = {
        "form": form, "pilot": pilot, "title": title, "button": button,
        "dialog": wants_partial(request), "page_url": reverse("pilot", args=[pilot.ref]), **context,
    }  # fmt: skip
    if not form.is_bound:
        form.visible_fields()[0].field.widget.attrs["autofocus"] = True
    wrong = form.is_bound and bool(form.errors)
    return page_or_partial(request, template, "pilot-form", shown, status=422 if wrong else 200)


def done(
    request: Request, pilot: Pilot, said: str, *, undo: str = "", seconds: int = 0
) -> HttpResponseBase:
    """Say what happened and show the pilot as it is now: in place for htmx, else on its page."""
    toast(request, said, undo=undo, seconds=seconds)
    return show(request, pilot)


def show(request: Request, pilot: Pilot) -> HttpResponseBase:
    """The pilot after a change made on its page."""
    fresh = _visible(request, pilot)
    if fresh is None or not wants_partial(request):
        return seen(request, pilot)
    response = whole(request, fresh)
    response["HX-Retarget"], response["HX-Reswap"] = "#pilot", "outerHTML show:none"
    return response


def seen(request: Request, pilot: Pilot) -> HttpResponseBase:
    """Go to the pilot; to the list when it is out of sight now."""
    there = reverse("pilot", args=[pilot.ref])
    if _visible(request, pilot) is None:
        messages.info(request, f"{pilot.ref} is not among the pilots you can see.")
        there = reverse("pilots")
    if wants_partial(request):
        return HttpResponse(headers={"HX-Redirect": there})
    return redirect(there)


def _visible(request: Request, pilot: Pilot) -> Pilot | None:
    mine = Pilot.objects.visible_to(request.user).select_related("unit")
    return mine.filter(pk=pilot.pk).first()


def whole(request: Request, pilot: Pilot) -> HttpResponse:
    """The page of a pilot, or the part of it that changes."""
    page = pilot_page(pilot, user=request.user, as_of=clock.today())
    return page_or_partial(
        request,
        "portfolio/pilot_page.html",
        "pilot",
        {"page": page, "pilot": pilot, "tags": of_pilot(pilot)},
    )
