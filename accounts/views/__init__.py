"""Doors for people and their accounts: access, form, action, and the page last."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.template.response import TemplateResponse

from accounts.actions.links import Link
from accounts.models import User
from common.errors import Refused


class Request(HttpRequest):
    """A request of somebody signed in; the middleware lets nobody else through."""

    user: User


def tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the action gives, or None when it refused: the sentence then stands in the form."""
    try:
        return act()
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.sentence)
        return None


def handing_over(request: Request, person: User, link: Link) -> TemplateResponse:
    """The one-time link, shown this once; no cache keeps it."""
    context = {"person": person, "link": link}
    response = TemplateResponse(request, "accounts/link.html", context)
    response["Cache-Control"] = "no-store"
    return response
