"""One checklist of a pilot: the screen on which a team works through it."""

from typing import Any

from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from readiness.forms.answers import AnswerForm
from readiness.forms.scorecard import WishForm
from readiness.queries.asked_by_gate import blocking
from readiness.queries.scorecard import ItemCard, Scorecard, scorecard
from readiness.queries.sheet import Wish, sheet
from readiness.views import Request

PAGE = "readiness/scorecard.html"


@require_safe
def page(request: Request, ref: str, checklist: str) -> TemplateResponse:
    """The items as the address narrows them, one of them opened with its form."""
    pilot = get_pilot(request.user, ref)
    code = request.GET.get("open", "")
    card = scorecard(pilot, request.user, clock.today(), slug=checklist, opened=code)
    one = card.card(code)
    found = context(request, card, code if one else "")
    # htmx asks for one row in place of another, or for all of them when they are narrowed.
    if one and request.headers.get("HX-Target") == f"item-{code}":
        return page_or_partial(request, PAGE, "item", found)
    return page_or_partial(request, PAGE, "sheet", found)


def item_of(card: Scorecard, code: str) -> ItemCard:
    """The item with its answer; Http404 when it is not asked of this pilot."""
    found = card.card(code)
    if found is None:
        raise Http404("There is no such question.")
    return found


def context(
    request: Request, card: Scorecard, code: str = "", form: AnswerForm | None = None, *,
    saved: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What the screen needs: `code` is the opened item, `form` its form as it was sent.

    `saved`: the item has just been answered; its row is drawn closed, and the score with it.
    """
    one = card.card(code) if code else None
    wish = Wish.of(request.GET)
    found = sheet(card, request.user, wish, blocking(card.pilot))
    row = {
        "card": one, "form": form or AnswerForm(one), "editing": form is not None,
        "closing": found.closing(one),
    } if one else None  # fmt: skip
    return {
        "scorecard": card, "pilot": card.pilot, "sheet": found, "wish_form": WishForm(wish),
        "row": row, "opened": code if one else "", "saved": saved,
    }  # fmt: skip
