from django.http import HttpRequest

from accounts.models import User


class Request(HttpRequest):
    """A request of somebody signed in, as the middleware guarantees for every page."""

    user: User
