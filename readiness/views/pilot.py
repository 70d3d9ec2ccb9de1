"""Where a pilot stands: every list that is asked of it, and the panel of its page."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from readiness.queries.derived import derived
from readiness.queries.likeness import ships_like
from readiness.queries.pilot import standing
from readiness.views import Request


@require_safe
def panel(request: Request, ref: str) -> TemplateResponse:
    """The score and what is open, for the pilot page to load."""
    pilot = get_pilot(request.user, ref)
    found = standing(pilot, request.user, clock.today())
    return page_or_partial(
        request, "readiness/panel.html", "readiness-panel", {"standing": found, "pilot": pilot}
    )


@require_safe
def index(request: Request, ref: str) -> TemplateResponse:
    """Every list with its score, the side that holds it back and what runs out next."""
    pilot = get_pilot(request.user, ref)
    today = clock.today()
    shown = {
        "standing": standing(pilot, request.user, today), "pilot": pilot,
        "traits": ships_like(pilot, today), "derived": derived(pilot, today),
    }  # fmt: skip
    return page_or_partial(request, "readiness/pilot_readiness.html", "standing", shown)
