"""One answer for plain, htmx, boosted and history-restore requests; and what the toast says."""

from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers


class _Htmx(Protocol):
    boosted: bool
    history_restore_request: bool

    def __bool__(self) -> bool: ...


def wants_partial(request: HttpRequest) -> bool:
    """True when htmx asked for a part; boosted and restored pages are whole pages."""
    htmx: _Htmx | None = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def page_or_partial(
    request: HttpRequest,
    template: str,
    partial: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> TemplateResponse:
    """The page, or only its partial of that name when htmx asked for it.

    The server picks the partial; its name is the element's id and the hx-target. Waiting
    toasts travel with a partial out of band. An invalid form is the same call with 422.
    """
    part = wants_partial(request)
    if part:
        response: TemplateResponse = PartialResponse(
            request, f"{template}#{partial}", context, status=status
        )
    else:
        response = TemplateResponse(request, template, context, status=status)
    # The same address answers differently; no cache may hand one for the other.
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


class PartialResponse(TemplateResponse):
    """A partial, followed by the toasts that wait for this person."""

    @property
    def rendered_content(self) -> str:
        content = super().rendered_content
        request: HttpRequest = self._request
        if not messages.get_messages(request):
            return content
        template = self.resolve_template("_components/toasts.html")
        return content + template.render({"swap": True}, request)


def toast(
    request: HttpRequest, text: str, *, level: int = messages.SUCCESS, undo: str = "",
    seconds: int = 0,
) -> None:  # fmt: skip
    """Say what happened; `undo` is the address that a POST takes it back at.

    With `seconds` the offer goes away after so many.
    """
    offer = f"undo={undo}{f' for={seconds}' if seconds else ''}" if undo else ""
    messages.add_message(request, level, text, extra_tags=offer)
