"""Which questions the portfolio leaves open, and on which pilots."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from common.htmx import page_or_partial
from readiness.queries.overview import overview as readiness_overview
from readiness.views import Request


@require_safe
def overview(request: Request) -> TemplateResponse:
    """Pilots from the Pilot stage on against the ten questions, most open first."""
    found = readiness_overview(request.user, clock.today())
    return page_or_partial(
        request, "readiness/overview.html", "readiness-list", {"overview": found}
    )
