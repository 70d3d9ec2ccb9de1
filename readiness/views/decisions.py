"""Decisions: one of them, those of a pilot, and the register of all."""

from django.http import HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from readiness.access import get_decision
from readiness.queries.decision_page import as_file, decision_page
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
