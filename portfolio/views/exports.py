"""Lists as files: what the screen shows, every row of it."""

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from common import clock
from portfolio.filters import PilotFilter
from portfolio.models import Pilot
from portfolio.queries import exports
from portfolio.transfer import output
from portfolio.views import Request


@require_safe
def pilots(request: Request) -> StreamingHttpResponse:
    """The pilots of the list's filter that the person may see, as CSV or JSON (?format=json)."""
    today = clock.today()
    visible = Pilot.objects.visible_to(request.user)
    found = PilotFilter(request.GET, visible, user=request.user, as_of=today).qs
    form = "json" if request.GET.get("format") == "json" else "csv"
    rows = exports.rows(found)
    if form == "json":
        lines, kind = output.json_lines(rows), "application/json"
    else:
        lines = output.csv_lines(exports.columns(), rows, mark=True)
        kind = "text/csv; charset=utf-8"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="pilots-{today}.{form}"'
    return response
