"""Answering one item of a pilot's checklist."""

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from common import clock
from common.errors import NotAllowed, Refused
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot
from portfolio.models import Channel
from readiness.actions import answers
from readiness.forms.answers import AnswerForm
from readiness.queries.scorecard import Scorecard, scorecard
from readiness.queries.sheet import Wish
from readiness.views import Request
from readiness.views.scorecard import PAGE, context, item_of


@require_POST
def answer(request: Request, ref: str, checklist: str, code: str) -> HttpResponse:
    """Save one item; htmx gets it back with the new score, a plain form goes to the page."""
    pilot = get_pilot(request.user, ref)
    card = scorecard(pilot, request.user, clock.today(), slug=checklist, opened=code)
    one = item_of(card, code)
    if not card.may_answer:
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers answer for it.")
    form = AnswerForm(one, request.POST)
    if not form.is_valid():
        return _invalid(request, card, code, form)
    try:
        answers.save(
            pilot=pilot, item=one.item, by=request.user, channel=Channel.WEB, **form.values
        )
    except Refused as refused:
        form.add_error(refused.field, refused.sentence)
        return _invalid(request, card, code, form)
    return _saved(request, card, code)


def _saved(request: Request, before: Scorecard, code: str) -> HttpResponse:
    pilot, slug = before.pilot, before.template.slug
    toast(request, f"Saved: {item_of(before, code).item.question}")
    if not wants_partial(request):
        there, narrowed = (
            reverse("pilot-checklist", args=[pilot.ref, slug]),
            Wish.of(request.GET).query,
        )
        return HttpResponseRedirect(f"{there}{'?' if narrowed else ''}{narrowed}#item-{code}")
    card = scorecard(pilot, request.user, clock.today(), slug=slug)
    return page_or_partial(request, PAGE, "item", context(request, card, code, saved=True))


def _invalid(request: Request, card: Scorecard, code: str, form: AnswerForm) -> TemplateResponse:
    found = context(request, card, code, form)
    return page_or_partial(request, PAGE, "item", found, status=422)
