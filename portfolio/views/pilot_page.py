"""The page of one pilot and its history."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common.htmx import page_or_partial
from portfolio.access import get_pilot
from portfolio.queries.history import history as history_of
from portfolio.views import Request, answers


@require_safe
def pilot(request: Request, ref: str) -> HttpResponse:
    """Everything about one pilot."""
    return answers.whole(request, get_pilot(request.user, ref))


@require_safe
def history(request: Request, ref: str) -> TemplateResponse:
    """Who changed what, newest first."""
    pilot = get_pilot(request.user, ref)
    page = history_of(pilot.pk, cursor=request.GET.get("cursor", ""))
    context = {"pilot": pilot, "events": page}
    return page_or_partial(request, "portfolio/pilot_history.html", "history-page", context)
