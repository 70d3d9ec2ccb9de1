"""The ten questions of a pilot: as a panel of its page, as a page, and one answer at a time."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import NotAllowed, Refused
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot
from portfolio.models import Channel
from readiness.access import get_item
from readiness.actions import answers
from readiness.forms.answers import AnswerForm
from readiness.queries.scorecard import Scorecard, scorecard
from readiness.views import Request

PAGE = "readiness/scorecard.html"


@require_safe
def panel(request: Request, ref: str) -> TemplateResponse:
    """The score and what is open, for the pilot page to load."""
    pilot = get_pilot(request.user, ref)
    card = scorecard(pilot, request.user, clock.today())
    return page_or_partial(
        request, "readiness/panel.html", "readiness-panel", {"scorecard": card, "pilot": pilot}
    )


@require_safe
def page(request: Request, ref: str) -> TemplateResponse:
    """Every question with its answer, its history and, for those who may, its form."""
    pilot = get_pilot(request.user, ref)
    card = scorecard(pilot, request.user, clock.today())
    return page_or_partial(request, PAGE, "scorecard", _context(card))


@require_POST
def answer(request: Request, ref: str, code: str) -> HttpResponse:
    """Save one item; htmx gets it back with the new score, a plain form goes to the page."""
    pilot, item = get_pilot(request.user, ref), get_item(code)
    card = scorecard(pilot, request.user, clock.today())
    if not card.may_answer:
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers answer for it.")
    form = AnswerForm(card.card(code), request.POST)
    if not form.is_valid():
        return _invalid(request, card, code, form)
    try:
        answers.save(pilot=pilot, item=item, by=request.user, channel=Channel.WEB, **form.values)
    except Refused as refused:
        form.add_error(refused.field, refused.sentence)
        return _invalid(request, card, code, form)
    toast(request, f"Saved: {item.question}")
    if not wants_partial(request):
        return HttpResponseRedirect(f"{reverse('pilot-readiness', args=[pilot.ref])}#item-{code}")
    saved = scorecard(pilot, request.user, clock.today())
    return page_or_partial(request, PAGE, "item", _context(saved, code, swap=True))


def _invalid(request: Request, card: Scorecard, code: str, form: AnswerForm) -> TemplateResponse:
    context = _context(card, code, form)
    return page_or_partial(request, PAGE, "item", context, status=422)


def _context(
    card: Scorecard, code: str = "", form: AnswerForm | None = None, *, swap: bool = False
) -> dict[str, Any]:
    """What the page needs; with `code` also what the partial of that item needs."""
    rows = [
        {
            "card": one,
            "form": form if form and one.item.code == code else AnswerForm(one),
            "editing": form is not None and one.item.code == code,
        }
        for one in card.cards
    ]
    row = next((row for row in rows if code and row["card"].item.code == code), None)  # type: ignore[attr-defined]
    return {"scorecard": card, "pilot": card.pilot, "rows": rows, "row": row, "swap": swap}
