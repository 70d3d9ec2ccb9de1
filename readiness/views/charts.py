"""Figures of a pilot, and of the pilots of a choice: as a part of a page, as numbers, as a file."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import charts, clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from readiness.access import PRODUCTION
from readiness.forms.heat_map import HeatMapForm
from readiness.queries.heat_choice import Chosen
from readiness.views import Request

OF_A_PILOT = ("score", "gap")


@require_safe
@never_cache
def of_pilot(request: Request, ref: str, code: str) -> HttpResponseBase:
    """A chart of a pilot; ?list= says of which list, ?format=json or csv gives the numbers."""
    pilot = get_pilot(request.user, ref)
    if code not in OF_A_PILOT:
        raise Http404("There is no such chart.")
    checklist = request.GET.get("list", "") or PRODUCTION
    address = f"{reverse('pilot-chart', args=[pilot.ref, code])}?list={checklist}"
    return _answer(request, code, (pilot, checklist[:60]), address, {"pilot": pilot})


@require_safe
@never_cache
def trend(request: Request) -> HttpResponseBase:
    """How the pilots of a choice came on over the last year; the choice is that of the page."""
    given = HeatMapForm(request.GET).chosen
    chosen = Chosen(checklist=given.checklist, unit=given.unit, stage=given.stage)
    address = f"{reverse('readiness-trend')}?{chosen.query()}"
    return _answer(request, "readiness_trend", (request.user, chosen), address, {"chosen": chosen})


def _answer(
    request: Request, code: str, subject: Any, address: str, context: dict[str, Any]
) -> HttpResponseBase:
    chart = charts.subject_charts.get(code)
    numbers = chart.load(subject, clock.today())
    wanted = request.GET.get("format")
    if wanted == "json":
        return HttpResponse(charts.as_json(chart, numbers), content_type="application/json")
    if wanted == "csv":
        response = HttpResponse(charts.as_csv(chart, numbers), content_type="text/csv")
        response["Content-Disposition"] = f'attachment; filename="{code}.csv"'
        return response
    context |= {"chart": chart, "numbers": numbers, "address": address}
    return page_or_partial(request, "readiness/chart.html", "chart-alone", context)
