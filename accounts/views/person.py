"""One person: who they are, their roles, their way in, and whether they are still here."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_person, roles_of
from accounts.actions import factors, leaving, links, roles, sessions, users
from accounts.forms import EditForm, LeaveForm, RoleForm
from accounts.models import Channel, Membership, User
from accounts.queries.person_page import held_by, person_page
from accounts.views import Request, handing_over, tried
from common.htmx import page_or_partial, toast, wants_partial


@require_safe
def person(request: Request, number: int) -> TemplateResponse:
    return shown(request, get_person(request.user, number))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, number: int) -> HttpResponseBase:
    """Name and address."""
    who = get_person(request.user, number, need="change")
    initial = {"name": who.name, "email": who.email}
    form = EditForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        tried(form, lambda: users.edit(user=who, by=request.user, channel=Channel.WEB, **given))
        if not form.errors:
            return done(request, who, "Saved.")
    context = {"person": who, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/person_edit.html", context, status=status)


@require_POST
def role_grant(request: Request, number: int) -> HttpResponseBase:
    """Give a role, from today."""
    who = get_person(request.user, number, need="change")
    form = RoleForm(request.POST)
    if form.is_valid():
        held: Membership | None = tried(
            form,
            lambda: roles.grant(
                user=who, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if held:
            return done(request, who, f"{who} is {held.get_role_display().lower()} from today.")
    return shown(request, who, form, status=422)


@require_POST
def role_end(request: Request, number: int, role: int) -> HttpResponseBase:
    """End a role today; it stays in the history."""
    who = get_person(request.user, number, need="change")
    held = Membership.objects.select_related("user").filter(pk=role, user=who).first()
    if held is None:
        raise Http404("There is no such role.")
    roles.end(membership=held, by=request.user, channel=Channel.WEB)
    return done(request, who, f"{who} is no longer {held.get_role_display().lower()}.")


@require_POST
def link(request: Request, number: int) -> HttpResponseBase:
    """A one-time link by which the person chooses a password."""
    who = get_person(request.user, number, need="change")
    mail = request.POST.get("how") == "mail"
    made = links.make(user=who, by=request.user, channel=Channel.WEB, mail=mail)
    return handing_over(request, who, made)


@require_POST
def forget_factors(request: Request, number: int) -> HttpResponseBase:
    """For somebody who lost phone and recovery codes."""
    who = get_person(request.user, number, need="change")
    factors.remove_all(user=who, by=request.user, channel=Channel.WEB)
    return done(request, who, "The second factors are removed: the password alone opens now.")


@require_POST
def sign_out(request: Request, number: int) -> HttpResponseBase:
    """End every session of the person."""
    who = get_person(request.user, number, need="change")
    sessions.end_for(user=who, by=request.user, channel=Channel.WEB)
    return done(request, who, f"{who} is signed out everywhere.")


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Request, number: int) -> HttpResponseBase:
    """Close the account, after a look at what ends with it."""
    who = get_person(request.user, number, need="change")
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        tried(
            form,
            lambda: leaving.deactivate(
                user=who, by=request.user, channel=Channel.WEB, reason=reason
            ),
        )
        if not form.errors:
            return done(request, who, f"{who} has left. What they answered for has ended.")
    page = person_page(who, by=request.user)
    context = {"person": who, "page": page, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/person_leave.html", context, status=status)


@require_POST
def come_back(request: Request, number: int) -> HttpResponseBase:
    """Open the account again."""
    who = get_person(request.user, number, need="change")
    leaving.reactivate(user=who, by=request.user, channel=Channel.WEB)
    return done(request, who, f"{who} is back. Give the roles that are needed.")


@require_http_methods(["GET", "HEAD", "POST"])
def external(request: Request, number: int) -> HttpResponseBase:
    """Move outside the company, after a look at what ends with it; or back inside."""
    who = get_person(request.user, number, need="change")
    if request.method == "POST":
        inside = request.POST.get("internal") == "1"
        leaving.set_internal(user=who, internal=inside, by=request.user, channel=Channel.WEB)
        return done(request, who, f"{who} is {'internal' if inside else 'external'} now.")
    ending = held_by(who, by=request.user, accountable=True)
    context = {"person": who, "ending": ending}
    return TemplateResponse(request, "accounts/person_external.html", context)


def shown(
    request: Request, who: User, form: forms.Form | None = None, *, status: int = 200
) -> TemplateResponse:
    """The person's page, or the part of it that changes."""
    context: dict[str, Any] = {
        "page": person_page(who, by=request.user), "person": who,
        "may_change": roles_of(request.user).is_administrator,
        "role_form": form or RoleForm(), "self": who.pk == request.user.pk,
        "mail_works": bool(settings.PILOTAGE_SMTP_URL),
    }  # fmt: skip
    return page_or_partial(request, "accounts/person.html", "person", context, status=status)


def done(request: Request, who: User, said: str) -> HttpResponse:
    """Say what happened and show the person as they are now."""
    toast(request, said)
    if wants_partial(request):
        return shown(request, get_person(request.user, who.pk))
    return redirect(reverse("person", args=[who.pk]))
