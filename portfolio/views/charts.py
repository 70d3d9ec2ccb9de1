"""The figures and tables of all registered charts, as the person asking may see them."""

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import charts
from portfolio.views import Request


@require_safe
@never_cache
def figure(request: Request, code: str) -> HttpResponse:
    """The Plotly figure as strict JSON."""
    chart = _chart(code)
    text = charts.as_json(chart, charts.loaded(request, chart.load))
    return HttpResponse(text, content_type="application/json")


@require_safe
@never_cache
def table(request: Request, code: str) -> HttpResponse:
    """The same numbers as CSV."""
    chart = _chart(code)
    text = charts.as_csv(chart, charts.loaded(request, chart.load))
    name = {"Content-Disposition": f'attachment; filename="{code}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=name)


def _chart(code: str) -> charts.Chart:
    if code not in charts.charts:
        raise Http404("There is no such chart.")
    return charts.charts.get(code)
