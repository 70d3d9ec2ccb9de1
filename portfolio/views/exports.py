"""Lists as files: what the screen shows, every row of it."""

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from common import clock
from portfolio.filters import PilotFilter
from portfolio.models import Pilot
from portfolio.queries import exports, layout
from portfolio.queries.saved_views import own
from portfolio.transfer import output
from portfolio.views import Request


@require_safe
def pilots(request: Request) -> StreamingHttpResponse:
    """The pilots of the list's filter that the person may see, as CSV or JSON (?format=json).

    With `columns`, or `shown=1` for the person's own, the file is what the list shows, in its
    order; without, it has every column.
    """
    today = clock.today()
    visible = Pilot.objects.visible_to(request.user)
    found = PilotFilter(request.GET, visible, user=request.user, as_of=today).qs
    form = "json" if request.GET.get("format") == "json" else "csv"
    if request.GET.get("columns") or request.GET.get("shown"):
        laid = layout.read(request.GET.dict(), layout.Usual(own(request.user, "").columns))
        heads = exports.shown_heads(laid.columns)
        rows = exports.shown(found, laid.columns, sort=laid.sort, as_of=today)
    else:
        heads, rows = exports.columns(), exports.rows(found)
    json = form == "json"
    lines = output.json_lines(rows) if json else output.csv_lines(heads, rows, mark=True)
    kind = "application/json" if json else "text/csv; charset=utf-8"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="pilots-{today}.{form}"'
    return response
