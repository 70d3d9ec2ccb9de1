"""Roles on a pilot, and one owner for many pilots."""

from uuid import uuid4

from django.http import Http404, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import page_or_partial
from portfolio.access import get_pilot
from portfolio.actions import people
from portfolio.forms.people import AssignForm
from portfolio.models import Channel, RoleKind
from portfolio.queries.people import candidates
from portfolio.views import Request, answers
from portfolio.views.proposals import offer


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: Request, ref: str) -> HttpResponseBase:
    """Give a person a role. An owner is asked, and takes over when they accept."""
    pilot = get_pilot(request.user, ref, need="edit")
    role = request.GET.get("role", RoleKind.OWNER)
    form = AssignForm(answers.sent(request), initial={"role": role})
    batch = str(uuid4())
    if form.is_bound and form.is_valid() and form.cleaned_data["role"] == RoleKind.OWNER:
        answered = offer(request, pilot, form)
        if answered:
            return answered
    elif form.is_bound and form.is_valid():
        held = answers.tried(
            form,
            lambda: people.assign(
                pilot=pilot, by=request.user, channel=Channel.WEB, batch=batch, **form.cleaned_data
            ),
        )
        if held:
            said = f"{held.person} is {held.get_role_display().lower()} of {pilot.ref}."
            return answers.done(request, pilot, said, undo=reverse("assignment-undo", args=[batch]))
    known = candidates("", by=request.user, unit_id=pilot.unit_id)
    return answers.ask(
        request, pilot, form, title=f"Assign a person to {pilot.ref}", button="Assign", people=known
    )


@require_POST
def release(request: Request, ref: str, role: int) -> HttpResponseBase:
    """End a role today; it stays in the history."""
    pilot = get_pilot(request.user, ref, need="edit")
    held = pilot.people.select_related("pilot", "person").filter(pk=role).first()
    if held is None:
        raise Http404("There is no such role.")
    people.release(assignment=held, by=request.user, channel=Channel.WEB)
    said = f"{held.person} is no longer {held.get_role_display().lower()} of {pilot.ref}."
    return answers.done(request, pilot, said)


@require_safe
def people_options(request: Request) -> TemplateResponse:
    """People for the box that completes names."""
    found = candidates(
        request.GET.get("person", "") or request.GET.get("owner", ""), by=request.user
    )
    return page_or_partial(request, "portfolio/people.html", "people", {"people": found})
