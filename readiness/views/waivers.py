"""Waivers: ask for one, answer it, take it back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.errors import Conflict
from common.htmx import toast
from portfolio.access import get_pilot
from portfolio.models import Channel, Pilot
from portfolio.views import Request, answers
from readiness.access import get_waiver, may_grant
from readiness.actions import waivers
from readiness.forms.waivers import AskForm, SettleForm
from readiness.models import WaiverRequest
from readiness.queries.scorecard import scorecard
from readiness.views.scorecard import item_of

WEB = Channel.WEB
ALLOWED = ["GET", "HEAD", "POST"]


@require_http_methods(ALLOWED)
def ask(request: Request, ref: str, checklist: str, code: str) -> HttpResponseBase:
    """Ask that a question be waived until a day; a manager or executive answers."""
    pilot = get_pilot(request.user, ref, need="edit")
    card = scorecard(pilot, request.user, clock.today(), slug=checklist, opened=code)
    one = item_of(card, code)
    form = AskForm(answers.sent(request))
    if one.waiting and one.asked and not form.is_bound:
        return redirect("pilot-waiver", pilot.ref, one.asked.pk)
    status, conflict = 422 if form.is_bound else 200, ""
    if form.is_bound and form.is_valid():
        act = partial(waivers.ask, pilot=pilot, item=one.item, by=request.user, channel=WEB)
        try:
            if answers.tried(form, lambda: act(**form.cleaned_data)):
                toast(request, f"Asked: {one.item.question}")
                return redirect(_place(pilot, checklist, code))
        except Conflict as told:
            status, conflict = 409, told.sentence
    context = {"form": form, "pilot": pilot, "card": one, "back": _place(pilot, checklist, code)}
    context |= {"conflict": conflict, "template": card.template}
    return TemplateResponse(request, "readiness/waiver_ask.html", context, status=status)


@require_http_methods(ALLOWED)
def waiver(request: Request, ref: str, waiver: int) -> HttpResponseBase:
    """A waiver that was asked for, with its answer, or for who approves with the form for it."""
    pilot = get_pilot(request.user, ref)
    one = get_waiver(pilot, waiver)
    if request.method != "POST":
        return _page(request, one, SettleForm(one))
    waivers.check_approver(request.user, one)
    form = SettleForm(one, request.POST)
    if not form.is_valid():
        return _page(request, one, form, status=422)
    grants = request.POST.get("do") == "grant"
    try:
        if answers.tried(form, _act(request, one, form.cleaned_data, grants=grants)):
            toast(request, f"{'Waived' if grants else 'Declined'}: {one.item.question}")
            return redirect("pilot-waiver", pilot.ref, one.pk)
    except Conflict as told:
        return _page(request, get_waiver(pilot, waiver), form, told.sentence, status=409)
    return _page(request, one, form, status=422)


@require_POST
def withdraw(request: Request, ref: str, waiver: int) -> HttpResponseBase:
    """Who asked takes it back."""
    pilot = get_pilot(request.user, ref)
    one = get_waiver(pilot, waiver)
    try:
        waivers.withdraw(request=one, by=request.user, channel=WEB)
    except Conflict as told:
        return _page(request, get_waiver(pilot, waiver), SettleForm(one), told.sentence, status=409)
    toast(request, f"Taken back: {one.item.question}")
    return redirect("pilot-waiver", pilot.ref, one.pk)


def _act(
    request: Request, one: WaiverRequest, said: dict[str, Any], *, grants: bool
) -> Callable[[], Any]:
    asked = {"request": one, "by": request.user, "channel": WEB, "answer": said["answer"]}
    if grants:
        return partial(waivers.grant, until=said["until"], **asked)
    return partial(waivers.decline, **asked)


def _page(
    request: Request, one: WaiverRequest, form: SettleForm, conflict: str = "", *,
    status: int = 200,
) -> TemplateResponse:  # fmt: skip
    """The request as it is now; what was typed when it was settled meanwhile is not lost."""
    context = {
        "waiver": one, "pilot": one.pilot, "form": form, "conflict": conflict,
        "may_grant": may_grant(request.user, one),
        "back": _place(one.pilot, one.item.template.slug, one.item.code),
    }  # fmt: skip
    return TemplateResponse(request, "readiness/waiver_page.html", context, status=status)


def _place(pilot: Pilot, checklist: str, code: str) -> str:
    """The question, opened on its list."""
    page = reverse("pilot-checklist", args=[pilot.ref, checklist])
    return f"{page}?open={code}#item-{code}"
