"""What stands in front of every page: a guard, and the company's clocks."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from common import company


class RequestGuard:
    """Answers 400 at once to input that no page wants.

    NUL bytes, text that is no UTF-8 (lone surrogates among it), and oversized input.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        problem = self.problem(request)
        if problem:
            return _refusal(problem)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Fields of a form with a file are known only now, when Django has to read it anyway."""
        if request.content_type == "multipart/form-data" and any(
            "\x00" in text for values in request.POST.lists() for text in (values[0], *values[1])
        ):
            return _refusal("The form contains characters that are not allowed.")
        return None

    def problem(self, request: HttpRequest) -> str | None:
        query = str(request.META.get("QUERY_STRING", ""))
        if len(query) > settings.REQUEST_QUERY_MAX:
            return "The address is too long."
        if not _clean(query) or not _clean_path(request.path_info):
            return "The address contains characters that are not allowed."
        kind = (request.content_type or "").lower()
        upload = kind == "multipart/form-data"
        limit = settings.REQUEST_UPLOAD_MAX if upload else settings.REQUEST_BODY_MAX
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return "The length of the request is not a number."
        if length > limit:
            return "The request is too large."
        form = kind == "application/x-www-form-urlencoded" and length
        # Reading the form here is free: Django keeps the bytes for the view.
        if form and not _clean(request.body.decode("latin-1")):
            return "The form contains characters that are not allowed."
        return None


class CompanyZone:
    """Pages and queries speak the company's days and hours, whatever the zone of the process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/health/"):  # Signs of life ask no database.
            timezone.activate(company.zone())
        return self.get_response(request)


def _refusal(problem: str) -> HttpResponse:
    return HttpResponse(f"{problem}\n", status=400, content_type="text/plain; charset=utf-8")


def _clean(encoded: str) -> bool:
    """True when the URL-encoded text decodes to UTF-8 without NUL bytes."""
    raw = unquote_to_bytes(encoded.replace("+", " "))
    if b"\x00" in raw:
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _clean_path(path: str) -> bool:
    return "\x00" not in path and not any("\ud800" <= char <= "\udfff" for char in path)
