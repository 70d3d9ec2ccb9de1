"""What actions refuse becomes a page with that sentence, or a toast under htmx."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from common.errors import Conflict, NotAllowed, Refused, Sentence
from common.htmx import wants_partial
from portfolio.access import Gone

STATUS: dict[type[Sentence], int] = {NotAllowed: 403, Conflict: 409, Refused: 422}


class SaySentence:
    """Answers 403, 409 or 422 when a view lets NotAllowed, Conflict or Refused through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        for kind, status in STATUS.items():
            if isinstance(error, kind):
                context = {"sentence": error.sentence}
                return render(request, f"{status}.html", context, status=status)
        return _gone(request, error) if isinstance(error, Gone) else None


def _gone(request: HttpRequest, error: Gone) -> HttpResponse:
    """A merged pilot leads to the one it is part of now; a removed one may be taken back."""
    match = request.resolver_match
    if error.into and request.method in ("GET", "HEAD"):
        plain = match is not None and match.kwargs.keys() == {"ref"}
        name = match.view_name if match is not None and plain else "pilot"
        there = reverse(name, args=[error.into])
        if wants_partial(request):
            return HttpResponse(headers={"HX-Redirect": there})
        return redirect(there)
    back = reverse("pilots-removed") if error.may_take_back else ""
    context = {"sentence": error.sentence, "back": back}
    return render(request, "404.html", context, status=404)


class OwnPassword:
    """A password made for one use opens nothing but the page that replaces it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object
    ) -> HttpResponse | None:
        # Public views, the health checks among them, must not ask the database who is there.
        if not getattr(view, "login_required", True):
            return None
        user = request.user
        if not isinstance(user, User) or not user.must_change_password:
            return None
        # Whoever came by the identity provider does not know that password.
        ways = request.session.get("account_authentication_methods", [])
        if any(way.get("method") == "socialaccount" for way in ways):
            return None
        match = request.resolver_match
        allowed = ("account_change_password", "account_logout")
        if match is not None and match.url_name in allowed:
            return None
        return redirect(reverse("account_change_password"))
