"""Decisions: one of them, those of a pilot, and the register of all."""

from django.http import HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from portfolio.transfer import output
from readiness.access import get_decision
from readiness.queries import decisions as queries
from readiness.queries.decision_page import as_file, decision_page
from readiness.queries.decisions import CSV_COLUMNS, OUTCOMES, STAGES, Filter, csv_rows
from readiness.queries.lessons import Wish
from readiness.queries.lessons import lessons as endings
from readiness.queries.pilot_decisions import pilot_decisions
from readiness.queries.to_decide import to_decide as waiting
from readiness.views import Request


@require_safe
def decision(request: Request, number: int) -> HttpResponseBase:
    """A decision as it was taken; ?format=json is the file with its snapshot and digest."""
    found = get_decision(request.user, number)
    if request.GET.get("format") == "json":
        response = JsonResponse(as_file(found), json_dumps_params={"indent": 1})
        name = f"decision-{found.pilot.ref}-{found.round}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    page = decision_page(found, user=request.user, as_of=clock.today())
    context = {"page": page, "decision": found, "pilot": found.pilot}
    return TemplateResponse(request, "readiness/decision_page.html", context)


@require_safe
def to_decide(request: Request) -> HttpResponseBase:
    """What waits for an approver, whose day comes, which conditions are open."""
    found = waiting(request.user, clock.today())
    return page_or_partial(request, "readiness/decision_list.html", "to-decide", {"page": found})


@require_safe
def register(request: Request) -> HttpResponseBase:
    """Every decision about pilots in sight; ?format=csv is the file of what is shown."""
    wish = Filter.read(request.GET.dict())
    if request.GET.get("format") == "csv":
        lines = output.csv_lines(CSV_COLUMNS, csv_rows(request.user, wish), mark=True)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="decisions-{clock.today()}.csv"'
        return response
    cursor = request.GET.get("cursor", "")
    found = queries.register(request.user, wish, as_of=clock.today(), cursor=cursor)
    link = wish.address()
    context = {
        "register": found, "wish": wish, "outcomes": OUTCOMES, "stages": STAGES,
        "csv": wish.address(format="csv"), "overridden": wish.address(overridden="1"),
        "quarter": wish.address(**{"from": found.figures.quarter_from.isoformat()}),
        "link": f"{link}&" if link else "",
    }  # fmt: skip
    return page_or_partial(request, "readiness/decision_register.html", "register", context)


@require_safe
def of_pilot(request: Request, ref: str) -> HttpResponseBase:
    """The decisions of a pilot, for its page to load and as a page of their own."""
    pilot = get_pilot(request.user, ref)
    found = pilot_decisions(pilot, user=request.user, as_of=clock.today())
    context = {"panel": found, "pilot": pilot}
    return page_or_partial(request, "readiness/decision_panel.html", "decisions-panel", context)


@require_safe
def lessons(request: Request) -> HttpResponseBase:
    """How pilots ended, why, and what the next team should know."""
    wish = Wish.read(request.GET.dict())
    found = endings(request.user, wish, cursor=request.GET.get("cursor", ""))
    link = wish.address()
    context = {
        "lessons": found, "wish": wish, "link": f"{link}&" if link else "",
        "any_year": wish.address(year=""),
    }  # fmt: skip
    return page_or_partial(request, "readiness/lesson_list.html", "lessons", context)
