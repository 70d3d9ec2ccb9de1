"""How forms of records answer: saved, refused beside the field, or both versions side by side."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse

from common.errors import Conflict
from portfolio.forms.records import RecordForm
from portfolio.models import Pilot, Record
from portfolio.views import Request, answers

FORM = "portfolio/record_form.html"


def keep(
    request: Request, pilot: Pilot, form: RecordForm, act: Callable[..., Record], *,
    title: str, button: str, said: str, **context: Any,
) -> HttpResponseBase:  # fmt: skip
    """Show the form, or do what it asks: `act` gets its values."""
    shown = {"title": title, "button": button, "template": FORM, **context}
    if form.is_bound and form.is_valid():
        try:
            kept = answers.tried(form, lambda: act(**form.values))
        except Conflict as conflict:
            return _both_versions(request, pilot, form, conflict.sentence, shown)
        if kept is not None:
            return answers.done(request, pilot, said.format(kept))
    return answers.ask(request, pilot, form, **shown)


def _both_versions(
    request: Request, pilot: Pilot, form: RecordForm, sentence: str, shown: dict[str, Any]
) -> HttpResponse:
    """What was typed stays in the boxes; above them stands what is saved now."""
    assert form.row is not None  # A new row has no revision that could differ.
    now = type(form.row)._default_manager.get(pk=form.row.pk)
    shown |= {"conflict": sentence, "theirs": form.renew(now)}
    response = answers.ask(request, pilot, form, **shown)
    response.status_code = 409
    response["HX-Reswap"] = "outerHTML"  # Without it htmx would keep a 409 to itself.
    return response


def one_of[R: Record](rows: "QuerySet[R]", pk: int, what: str) -> R:
    """The record of that number on the pilot; Http404 for any other."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404(f"There is no such {what}.")
    return row


def ended(
    request: Request,
    pilot: Pilot,
    url_name: str,
    row: Record,
    act: Callable[..., Record],
    said: str,
) -> HttpResponseBase:
    """End a row, with undo; the same address takes it back."""
    back = "undo" in request.GET
    kept = act(back=back)
    if back:
        return answers.done(request, pilot, f"“{kept}” is back.")
    undo = reverse(url_name, args=[pilot.ref, row.pk]) + "?undo"
    return answers.done(request, pilot, said.format(kept), undo=undo)
