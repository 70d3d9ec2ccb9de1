"""Conditions of decisions: say that one is met, drop it, move it, open it again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from common.errors import Conflict, NotAllowed
from common.htmx import toast
from portfolio.access import get_pilot
from portfolio.models import Channel
from portfolio.queries.people import candidates
from portfolio.views import Request, answers
from readiness.access import get_condition
from readiness.actions import conditions
from readiness.forms.conditions import ChangeForm, DropForm, MeetForm, ReopenForm
from readiness.models import Condition
from readiness.queries.conditions import may_ease, may_meet

WEB = Channel.WEB
ALLOWED = ["GET", "HEAD", "POST"]


def _one(request: Request, ref: str, condition: int) -> Condition:
    return get_condition(get_pilot(request.user, ref), condition)


@require_http_methods(ALLOWED)
def meet(request: Request, ref: str, condition: int) -> HttpResponseBase:
    """Its owner, the people of the pilot and its deciders say that it is done."""
    one = _one(request, ref, condition)
    if not may_meet(request.user, one):
        raise NotAllowed(f"You may not say that a condition of {one.pilot.ref} is met.")
    form = MeetForm(answers.sent(request))
    act = partial(conditions.meet, condition=one, by=request.user, channel=WEB)
    return _settle(request, one, form, act, title="Is it met?", button="It is met", said="Met.")


@require_http_methods(ALLOWED)
def drop(request: Request, ref: str, condition: int) -> HttpResponseBase:
    """Who decides does not ask it any more."""
    one = _one(request, ref, condition)
    conditions.check_ease(one, request.user)
    form = DropForm(answers.sent(request))
    act = partial(conditions.drop, condition=one, by=request.user, channel=WEB)
    title = "Drop the condition"
    return _settle(request, one, form, act, title=title, button="Drop it", said="Dropped.")


@require_http_methods(ALLOWED)
def change(request: Request, ref: str, condition: int) -> HttpResponseBase:
    """Another day or another owner."""
    one = _one(request, ref, condition)
    conditions.check_ease(one, request.user)
    form = ChangeForm(one, conditions.state_of(one), answers.sent(request))
    act = partial(conditions.change, condition=one, by=request.user, channel=WEB)
    return _settle(
        request, one, form, act, title="Change the condition", button="Change it",
        said="Changed.", people=candidates("", by=request.user),
    )  # fmt: skip


@require_http_methods(ALLOWED)
def reopen(request: Request, ref: str, condition: int) -> HttpResponseBase:
    """It was not met after all."""
    one = _one(request, ref, condition)
    if not (one.settled_by_id == request.user.pk or may_ease(request.user, one)):
        raise NotAllowed("Who settled it and who decides about the pilot open it again.")
    form = ReopenForm(answers.sent(request))
    act = partial(conditions.reopen, condition=one, by=request.user, channel=WEB)
    title = "Open the condition again"
    return _settle(request, one, form, act, title=title, button="Open it", said="Open again.")


def _settle(
    request: Request, one: Condition, form: forms.Form, act: Callable[..., Any], *, title: str,
    button: str, said: str, **context: Any,
) -> HttpResponseBase:  # fmt: skip
    """The form on a page of its own; the decision when it went through."""
    there = f"{reverse('decision', args=[one.decision_id])}#condition-{one.pk}"
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            if answers.tried(form, lambda: act(**form.cleaned_data)):
                toast(request, f"{said} {one.what}")
                return redirect(there)
        except Conflict as conflict:
            status = 409
            _tell(form, one, conflict)
    shown = {"form": form, "pilot": one.pilot, "title": title, "button": button, **context}
    shown |= {"condition": one, "page_url": there}
    return TemplateResponse(request, "readiness/condition_form.html", shown, status=status)


def _tell(form: forms.Form, one: Condition, conflict: Conflict) -> None:
    """Nothing typed is lost: sent again, it is about the condition as it is now."""
    one.refresh_from_db()
    form.add_error(None, conflict.sentence)
    form.data = {**form.data.dict(), "seen": conditions.state_of(one)}  # type: ignore[attr-defined]
