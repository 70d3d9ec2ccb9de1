"""One checklist of a pilot: every item with its answer."""

from typing import Any

from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from readiness.forms.answers import AnswerForm
from readiness.queries.scorecard import ItemCard, Scorecard, scorecard
from readiness.views import Request

PAGE = "readiness/scorecard.html"


@require_safe
def page(request: Request, ref: str, checklist: str) -> TemplateResponse:
    """Every question with its answer, its history and, for those who may, its form."""
    pilot = get_pilot(request.user, ref)
    card = scorecard(pilot, request.user, clock.today(), slug=checklist)
    return page_or_partial(request, PAGE, "scorecard", context(card))


def item_of(card: Scorecard, code: str) -> ItemCard:
    """The item with its answer; Http404 when it is not asked of this pilot."""
    found = card.card(code)
    if found is None:
        raise Http404("There is no such question.")
    return found


def context(
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
