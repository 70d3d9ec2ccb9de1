"""How ready the pilots are that a person may see: the heat map, on a page and as a file."""

from django.http import StreamingHttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.transfer import output
from readiness.forms.heat_map import HeatMapForm
from readiness.queries import heat_choice, heat_map
from readiness.queries.overview import open_most
from readiness.views import Request


@require_safe
def overview(request: Request) -> TemplateResponse:
    """Pilots by dimension, level or question of a list, the furthest back first."""
    form, today = HeatMapForm(request.GET), clock.today()
    found = heat_map.heat_map(request.user, form.chosen, today, page=form.page_number)
    form.show(found.chosen)
    most = open_most(request.user, form.chosen, found.template, today) if found.pilots else ()
    context = {"form": form, "map": found, "most": most}
    return page_or_partial(request, "readiness/overview.html", "readiness-map", context)


@require_safe
def heat_map_csv(request: Request) -> StreamingHttpResponse:
    """The same pilots and parts as numbers, on one page however many they are."""
    today = clock.today()
    chosen = HeatMapForm(request.GET).chosen
    found = heat_map.heat_map(request.user, chosen, today, size=heat_choice.MOST)
    heads, rows = heat_map.sheet(found)
    response = StreamingHttpResponse(
        output.csv_lines(heads, rows, mark=True), content_type="text/csv; charset=utf-8"
    )
    name = f"readiness-{found.template.slug}-{today}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
