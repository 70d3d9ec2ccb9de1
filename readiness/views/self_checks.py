"""The guided self-check: one question at a time, saved at each, ends in gaps in order."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.errors import Conflict, NotAllowed, Refused
from common.htmx import toast
from portfolio.access import get_pilot, may_edit
from portfolio.models import Channel, Pilot
from portfolio.views import answers
from readiness.access import get_self_check
from readiness.actions import self_checks
from readiness.forms.self_checks import DiscardForm, RungForm
from readiness.models import ChecklistItem, SelfCheck
from readiness.queries.self_check import checks_of
from readiness.views import Request


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Request, ref: str) -> HttpResponseBase:
    """The self-checks of a pilot; POST begins one, or goes on with the one that runs."""
    if request.method == "POST":
        pilot = get_pilot(request.user, ref, need="edit")
        check = self_checks.begin(pilot=pilot, by=request.user, channel=Channel.WEB)
        return _onward(pilot, check)
    pilot = get_pilot(request.user, ref)
    lines = checks_of(pilot)
    context = {
        "pilot": pilot,
        "finished": [line for line in lines if line.check.finished_at],
        "running": next((line for line in lines if not line.check.finished_at), None),
        "may_edit": may_edit(request.user, pilot),
    }
    return TemplateResponse(request, "readiness/self_check_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: Request, ref: str, check: int) -> HttpResponseBase:
    """Its score and its gaps in order; POST finishes it."""
    pilot = get_pilot(request.user, ref, need="edit" if request.method == "POST" else "view")
    row = get_self_check(pilot, check)
    if request.method == "POST":
        try:
            self_checks.finish(check=row, by=request.user, channel=Channel.WEB)
        except Refused as refused:
            toast(request, refused.sentence)
            return _onward(pilot, row)
        return redirect("pilot-self-check", pilot.ref, row.pk)
    line = next(line for line in checks_of(pilot) if line.check.pk == row.pk)
    context = {"pilot": pilot, "line": line, "check": line.check, "outcome": line.outcome}
    context["may_edit"] = may_edit(request.user, pilot)
    return TemplateResponse(request, "readiness/self_check_result.html", context)


@require_POST
def discard(request: Request, ref: str) -> HttpResponseBase:
    """Throw away the one that runs; pressed twice, the second says that it is gone."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = DiscardForm(request.POST)
    gone = form.is_valid() and self_checks.discard(
        pilot=pilot, number=form.cleaned_data["check"], by=request.user, channel=Channel.WEB,
        seen=form.cleaned_data["seen"],
    )  # fmt: skip
    toast(request, "The self-check is discarded." if gone else "No self-check is running.")
    return redirect("pilot-self-checks", pilot.ref)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, ref: str, check: int, code: str) -> HttpResponseBase:
    """One question with its five rungs; "Next" saves it and goes on."""
    pilot = get_pilot(request.user, ref)
    row = get_self_check(pilot, check)
    items = list(row.template.items.all())
    item = next((item for item in items if item.code == code), None)
    if item is None:
        raise Http404("There is no such question.")
    if not may_edit(request.user, pilot):
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers check themselves.")
    if row.finished_at and request.method == "POST":
        raise Conflict("This self-check was finished in the meantime.")
    if row.finished_at:
        return redirect("pilot-self-check", pilot.ref, row.pk)
    form = RungForm(row, item, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _rated(request, row, item, form):
        return _step(pilot, row, items, items.index(item) + 1)
    return _ask(request, pilot, row, items, item, form)


def _rated(request: Request, row: SelfCheck, item: ChecklistItem, form: RungForm) -> bool:
    kept = answers.tried(
        form,
        lambda: self_checks.rate(
            check=row, item=item, by=request.user, channel=Channel.WEB, **form.values
        ),
    )
    return kept is not None


def _ask(
    request: Request, pilot: Pilot, row: SelfCheck, items: list[ChecklistItem],
    item: ChecklistItem, form: RungForm,
) -> TemplateResponse:  # fmt: skip
    place = items.index(item)
    context = {
        "pilot": pilot, "check": row, "item": item, "form": form, "items": items,
        "number": place + 1, "before": items[place - 1] if place else None,
        "minutes": int((clock.now() - row.begun_at).total_seconds() // 60),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "readiness/self_check_question.html", context, status=status)


def _step(pilot: Pilot, row: SelfCheck, items: list[ChecklistItem], place: int) -> HttpResponseBase:
    if place < len(items):
        return redirect("pilot-self-check-question", pilot.ref, row.pk, items[place].code)
    return redirect("pilot-self-check", pilot.ref, row.pk)


def _onward(pilot: Pilot, row: SelfCheck) -> HttpResponseBase:
    """To the first question without an answer, else to the result."""
    items = list(row.template.items.all())
    left = (place for place, item in enumerate(items) if item.code not in row.ratings)
    return _step(pilot, row, items, next(left, len(items)))
