"""Taking an applied import back: what would happen, then exactly that."""

from collections import Counter
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import Conflict
from common.htmx import toast
from portfolio.access import get_import
from portfolio.actions import import_undo
from portfolio.models import Channel, ImportRun, ImportState, Pilot
from portfolio.queries.import_undo import REMOVE, RESTORE, STAYS, undoing
from portfolio.queries.import_units import ASIDE, GONE, unit_fates
from portfolio.queries.import_units import STAYS as UNIT_STAYS
from portfolio.views import Request

LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: Request, pk: int) -> HttpResponseBase:
    """GET lists what goes, what comes back and what stays; POST does it."""
    run = get_import(request.user, pk)
    if run.state != ImportState.APPLIED or run.undone_at:
        raise Conflict("This import is not there to be undone any more.")
    if request.method == "POST":
        done = import_undo.undo(run=run, by=request.user, channel=Channel.WEB)
        said = f"{done[REMOVE]:,} pilots are removed, {done[RESTORE]:,} are as they were before."
        if done[STAYS]:
            said += f" {done[STAYS]:,} stay as they are."
        said += "".join(f" {words}." for words in unit_words(done))
        toast(request, said)
        return redirect("import", pk=run.pk)
    context = {"run": run, **_plan(run, request.user)}
    return TemplateResponse(request, "portfolio/import_undo.html", context)


def _plan(run: ImportRun, user: User) -> dict[str, Any]:
    """What would happen, as far as the person sees its pilots."""
    plan = undoing(run, user)
    # What was removed since has no page to lead to.
    ids = [fate.pilot for fate in plan.staying]
    seen = Pilot.objects.visible_to(user).filter(pk__in=ids)
    names = set(seen.values_list("pk", flat=True))
    units = unit_fates(run, removed=plan.removed, moving=plan.moving)
    return {
        "counts": plan.counts,
        "staying": [fate for fate in plan.staying if fate.pilot in names][:LISTED],
        "stays": len(ids),
        "units": unit_words(Counter(fate.does for fate in units)),
        "units_staying": [fate.unit for fate in units if fate.does == UNIT_STAYS][:LISTED],
    }


def unit_words(done: Counter[str]) -> list[str]:
    """What becomes of the units that the import made."""
    said = {GONE: "removed", ASIDE: "set aside", UNIT_STAYS: "left in use"}
    return [
        f"{n:,} {'unit' if n == 1 else 'units'} {words}"
        for does, words in said.items()
        if (n := done[does])
    ]
