"""Doors for people: access, form, action, and the page last."""

from django.http import HttpRequest

from accounts.models import User


class Request(HttpRequest):
    """A request of somebody signed in; the middleware lets nobody else through."""

    user: User
