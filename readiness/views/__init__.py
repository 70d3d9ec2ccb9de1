from typing import Any

from django.http import HttpRequest

from accounts.models import User


class Request(HttpRequest):
    """A request of somebody signed in, as the middleware guarantees for every page."""

    user: User


def sent(request: Request) -> Any:
    """The form's data when it was sent, None when the form is only asked for."""
    return request.POST if request.method == "POST" else None
