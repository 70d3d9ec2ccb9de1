"""Two pilots side by side: who is further, and what the other one did."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from portfolio.access import get_pilot
from portfolio.models import Pilot
from readiness.access import PRODUCTION
from readiness.queries.compare import compare, lists, offers
from readiness.views import Request

LONGEST = 200


@require_safe
def page(request: Request, ref: str) -> TemplateResponse:
    """Compare with the pilot in `with` on the list in `list`; without one, choose it."""
    pilot = get_pilot(request.user, ref)
    slug = request.GET.get("list", "") or PRODUCTION
    other = request.GET.get("with", "").strip()
    second = get_pilot(request.user, other) if other else None
    if second is None or second.pk == pilot.pk:
        return _choose(request, pilot, slug, same=second is not None)
    context = {
        "pilot": pilot, "other": second, "slug": slug, "lists": lists(),
        "comparison": compare(pilot, second, request.user, clock.today(), slug),
        "everything": request.GET.get("all") == "1",
    }  # fmt: skip
    return TemplateResponse(request, "readiness/compare.html", context)


def _choose(request: Request, pilot: Pilot, slug: str, *, same: bool) -> TemplateResponse:
    typed = request.GET.get("q", "")[:LONGEST]
    context = {
        "pilot": pilot, "slug": slug, "lists": lists(), "typed": typed, "same": same,
        "offers": offers(pilot, request.user, slug, typed),
    }  # fmt: skip
    return TemplateResponse(request, "readiness/compare_choose.html", context)
