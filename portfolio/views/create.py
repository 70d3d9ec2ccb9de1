"""A new pilot: five questions, and a look at what there is already."""

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import roles_of
from accounts.actions import units
from common.errors import NotAllowed
from common.htmx import page_or_partial, toast
from portfolio.actions.registration import made_by, register_once
from portfolio.forms.pilots import CreateForm
from portfolio.models import Channel, Pilot
from portfolio.queries.people import candidates
from portfolio.queries.similar import Similar
from portfolio.queries.similar import similar as similar_to
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponseBase:
    """Register a pilot. Names alike are shown once before it is saved."""
    if not roles_of(request.user).may_create:
        raise NotAllowed("Registering a pilot needs the role product owner or portfolio manager.")
    initial = {"owner": request.user.email, "token": uuid4()}
    form = CreateForm(answers.sent(request), user=request.user, initial=initial)
    alike: tuple[Similar, ...] = ()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = answers.tried(form, lambda: made_by(given["token"], request.user))
        if not made and not given["confirmed"]:
            alike = similar_to(given["name"], user=request.user)
        if not (made or alike or form.errors):
            made = answers.tried(form, lambda: _register(request, given))
        if made:
            toast(request, f"{made.ref} is registered.")
            return answers.seen(request, made)
    context = {"form": form, "alike": alike, "people": candidates("", by=request.user)}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "portfolio/pilot_create.html", context, status=status)


@transaction.atomic
def _register(request: Request, values: dict[str, Any]) -> Pilot:
    values = {name: value for name, value in values.items() if name != "confirmed"}
    new = values.pop("new_unit", "")
    if new:
        values["unit"] = units.ensure(name=new)
    return register_once(by=request.user, channel=Channel.WEB, **values)


@require_safe
def similar(request: Request) -> TemplateResponse:
    """Names like the one being typed."""
    alike = similar_to(request.GET.get("name", ""), user=request.user)
    return page_or_partial(request, "portfolio/pilot_similar.html", "similar", {"alike": alike})
