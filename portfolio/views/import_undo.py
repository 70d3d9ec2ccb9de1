"""Taking an applied import back: what would happen, then exactly that."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from common.errors import Conflict
from common.htmx import toast
from portfolio.access import get_import
from portfolio.actions import import_undo
from portfolio.models import Channel, ImportState, Pilot
from portfolio.queries.import_undo import REMOVE, RESTORE, STAYS, undoing
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
        toast(request, said)
        return redirect("import", pk=run.pk)
    plan = undoing(run, request.user)
    staying = plan.staying
    # What was removed since has no page to lead to.
    ids = [fate.pilot for fate in staying]
    seen = Pilot.objects.visible_to(request.user).filter(pk__in=ids)
    names = set(seen.values_list("pk", flat=True))
    listed = [fate for fate in staying if fate.pilot in names][:LISTED]
    context = {"run": run, "counts": plan.counts, "staying": listed, "stays": len(staying)}
    return TemplateResponse(request, "portfolio/import_undo.html", context)
