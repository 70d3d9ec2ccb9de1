"""Answering one item of a pilot's checklist."""

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import Conflict, NotAllowed, Refused
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot
from portfolio.models import Channel
from readiness.actions import answers
from readiness.forms.answers import AnswerForm
from readiness.models import Answer, State
from readiness.queries.scorecard import Scorecard, scorecard
from readiness.queries.sheet import Wish
from readiness.views import Request
from readiness.views.scorecard import PAGE, context, item_of


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, ref: str, checklist: str, code: str) -> HttpResponse:
    """Save one item; htmx gets it back with the new score, a plain form goes to the page.

    Whoever opens the address, by reloading after a mistake, gets the item opened on its list.
    """
    pilot = get_pilot(request.user, ref)
    card = scorecard(pilot, request.user, clock.today(), slug=checklist, opened=code)
    one = item_of(card, code)
    if request.method != "POST":
        return HttpResponseRedirect(_place(request, card, code, opened=True))
    if not card.may_answer:
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers answer for it.")
    form = AnswerForm(one, request.POST, request.FILES)
    try:
        if not form.is_valid():
            return _again(request, card, code, form)
        said = answers.save(
            pilot=pilot, item=one.item, by=request.user, channel=Channel.WEB, **form.values
        )
    except Refused as refused:
        form.add_error(refused.field, refused.sentence)
        return _again(request, card, code, form)
    except Conflict as conflict:
        return _both(request, card, code, form, conflict.sentence)
    return _saved(request, card, code, said)


def _saved(request: Request, before: Scorecard, code: str, said: Answer | None) -> HttpResponse:
    pilot, slug, one = before.pilot, before.template.slug, item_of(before, code)
    states = (one.answer.state if one.answer else "", said.state if said else "")
    if states == (State.VERIFIED, State.ATTESTED):
        toast(request, "Saved as attested: the evidence changed, a second person verifies it anew.")
    else:
        toast(request, f"Saved: {one.item.question}")
    if not wants_partial(request):
        return HttpResponseRedirect(_place(request, before, code))
    card = scorecard(pilot, request.user, clock.today(), slug=slug)
    return page_or_partial(request, PAGE, "item", context(request, card, code, saved=True))


def _place(request: Request, card: Scorecard, code: str, *, opened: bool = False) -> str:
    """The item on its list, narrowed as the address is."""
    there = reverse("pilot-checklist", args=[card.pilot.ref, card.template.slug])
    asked = (f"open={code}" if opened else "", Wish.of(request.GET).query)
    query = "&".join(part for part in asked if part)
    return f"{there}{'?' if query else ''}{query}#item-{code}"


def _again(
    request: Request, card: Scorecard, code: str, form: AnswerForm, *, status: int = 422
) -> TemplateResponse:
    """The item with what was typed. A file cannot be put back into its box by anybody."""
    if request.FILES and "file" not in form.errors:
        form.add_error("file", "Choose the file again: a browser does not keep it.")
    found = context(request, card, code, form)
    return page_or_partial(request, PAGE, "item", found, status=status)


def _both(
    request: Request, before: Scorecard, code: str, form: AnswerForm, sentence: str
) -> TemplateResponse:
    """What was typed stays in the form; above it stands what somebody else said meanwhile."""
    pilot, slug = before.pilot, before.template.slug
    card = scorecard(pilot, request.user, clock.today(), slug=slug, opened=code)
    form.renew(item_of(card, code))
    form.add_error(None, f"{sentence} Their answer stands above; saving puts yours in its place.")
    response = _again(request, card, code, form, status=409)
    response["HX-Reswap"] = "outerHTML"  # Without it htmx would keep a 409 to itself.
    return response
