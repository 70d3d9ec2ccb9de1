"""Timelines: of a pilot, of a unit, of the portfolio; as pages and as CSV."""

from typing import Any

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Unit
from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from portfolio.queries.timeline import CSV_COLUMNS, Scope, csv_rows
from portfolio.queries.timeline import timeline as page_of
from portfolio.queries.timeline_kinds import kinds_in_use
from portfolio.transfer import output
from portfolio.views import Request


@require_safe
def pilot(request: Request, ref: str) -> HttpResponseBase:
    """What happened to one pilot, newest first."""
    one = get_pilot(request.user, ref)
    context = {"pilot": one, "address": reverse("pilot-history", args=[one.ref]), "single": True}
    return _shown(request, Scope.of_pilot(one.pk), context, f"timeline-{one.ref}")


@require_safe
def unit(request: Request, pk: int) -> HttpResponseBase:
    """What happened to the pilots of a unit and everything below it that the person can see."""
    one = Unit.objects.filter(pk=pk).first()
    if one is None:
        raise Http404("There is no such unit.")
    context = {"unit": one, "address": reverse("unit-timeline", args=[pk])}
    return _shown(request, Scope.of_unit(request.user, pk), context, f"timeline-unit-{pk}")


@require_safe
def portfolio(request: Request) -> HttpResponseBase:
    """What happened to all pilots that the person can see."""
    context = {"address": reverse("timeline")}
    return _shown(request, Scope.of_all(request.user), context, "timeline")


def _shown(request: Request, scope: Scope, context: dict[str, Any], name: str) -> HttpResponseBase:
    kinds = kinds_in_use()
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    if request.GET.get("format") == "csv":
        lines = output.csv_lines(CSV_COLUMNS, csv_rows(scope, kind=kind), mark=True)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        file = f"{name}-{kind + '-' if kind else ''}{clock.today()}.csv"
        response["Content-Disposition"] = f'attachment; filename="{file}"'
        return response
    page = page_of(scope, kind=kind, cursor=request.GET.get("cursor", ""))
    shown = {**context, "events": page, "kind": kind, "kinds": kinds}
    return page_or_partial(request, "portfolio/timeline.html", "timeline-page", shown)
