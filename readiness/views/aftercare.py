"""A pilot in use: what each month was worth, and the checks 90 and 180 days after launch."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.errors import Conflict
from common.htmx import page_or_partial, wants_partial
from portfolio.access import get_pilot
from portfolio.models import Channel, Pilot
from portfolio.views import Request, answers
from readiness.access import check_attests, get_check
from readiness.actions import aftercare
from readiness.forms.aftercare import AttestForm, CheckForm, month_of
from readiness.models import Verdict
from readiness.queries import aftercare as queries

PAGE = "readiness/aftercare_page.html"
ATTEST = "readiness/aftercare_attest.html"
CHECK = "readiness/aftercare_check.html"
WEB = Channel.WEB


@require_safe
def panel(request: Request, ref: str) -> TemplateResponse:
    """What the months were worth and which check comes next, for the pilot page to load."""
    return _in_use(request, get_pilot(request.user, ref), "in-use-panel")


@require_safe
def page(request: Request, ref: str) -> TemplateResponse:
    """Every month of the last year and both checks, with what was said."""
    return _in_use(request, get_pilot(request.user, ref), "in-use")


def _in_use(request: Request, pilot: Pilot, partial: str) -> TemplateResponse:
    context = {
        "pilot": pilot,
        "use": queries.in_use(pilot, request.user, clock.today()),
        "verdicts": Verdict.choices,
    }
    return page_or_partial(request, PAGE, partial, context)


@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: Request, ref: str) -> HttpResponseBase:
    """Say whether it was useful in a month: the button that sends the form is the answer."""
    pilot = get_pilot(request.user, ref)
    check_attests(request.user, pilot)
    if request.method != "POST":
        about = _month(request, pilot)
        return _form(request, ATTEST, pilot, AttestForm(about=about), about=about)
    form = AttestForm(request.POST)
    said, differs = _tried(
        form,
        lambda given: aftercare.attest(pilot=pilot, by=request.user, channel=WEB, **given),
        lambda given: queries.one_month(pilot, given["month"]),
    )
    if said:
        return answers.done(request, pilot, f"Saved: “{said.get_verdict_display()}”.")
    return _form(request, ATTEST, pilot, form, about=_month(request, pilot, form), **differs)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, ref: str, days: int) -> HttpResponseBase:
    """Say whether it is still as good as at launch."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = get_check(pilot, days)
    if request.method != "POST":
        draft = "" if row.result else queries.measured(pilot, clock.today())
        return _form(request, CHECK, pilot, CheckForm(row=row, draft=draft), row=row)
    form = CheckForm(request.POST, row=row)
    made, differs = _tried(
        form,
        lambda given: aftercare.check(
            pilot=pilot, days=days, by=request.user, channel=WEB, **given
        ),
        lambda given: get_check(pilot, days),
    )
    if made:
        return answers.done(request, pilot, f"Saved: “{made.get_result_display()}”.")
    return _form(request, CHECK, pilot, form, row=row, **differs)


def _tried(
    form: Any, act: Callable[[dict[str, Any]], Any], now: Callable[[dict[str, Any]], Any]
) -> tuple[Any, dict[str, Any]]:
    """What the action made, or None: the form then says why, and when somebody else was faster the
    second part what `now` stands there."""
    if not form.is_valid():
        return None, {}
    given = form.cleaned_data
    try:
        return answers.tried(form, lambda: act(given)), {}
    except Conflict as conflict:
        return None, {"conflict": conflict.sentence, "theirs": form.renew(now(given))}


def _month(request: Request, pilot: Pilot, form: AttestForm | None = None) -> queries.Month:
    """The month that is asked about: the form's, the address's, else the last one that is over."""
    sent = form.data.get("month", "") if form else request.GET.get("month", "")
    month = month_of(sent) or queries.month_asked(clock.today())
    return queries.one_month(pilot, month)


def _form(
    request: Request, template: str, pilot: Pilot, form: forms.Form, **context: Any
) -> HttpResponse:
    """The form; 422 when something in it is wrong, 409 when somebody else was faster."""
    shown = {
        "form": form, "pilot": pilot, "dialog": wants_partial(request),
        "page_url": reverse("pilot", args=[pilot.ref]), "verdicts": Verdict.choices, **context,
    }  # fmt: skip
    status = 409 if "conflict" in context else 422 if form.is_bound else 200
    response = page_or_partial(request, template, "pilot-form", shown, status=status)
    if status == 409:
        response["HX-Reswap"] = "outerHTML"  # Without it htmx would keep a 409 to itself.
    return response
