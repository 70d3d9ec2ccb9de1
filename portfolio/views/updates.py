"""Status reports, and the pilots that are mine."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.htmx import toast
from portfolio.access import get_pilot
from portfolio.actions import updates
from portfolio.forms.updates import UpdateForm
from portfolio.models import Channel, Metric, Pilot, Update
from portfolio.queries import my_pilots
from portfolio.queries.metric_lines import metric_lines
from portfolio.queries.pilot_page import update_lines
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def update(request: Request, ref: str) -> HttpResponseBase:
    """Post an update; the same form sent twice is one update."""
    pilot = get_pilot(request.user, ref, need="edit")
    metrics = metric_lines(pilot.pk, clock.today())
    form = UpdateForm(answers.sent(request), metrics=metrics)
    if form.is_bound and form.is_valid():
        posted: Update | None = answers.tried(form, lambda: _post(request, pilot, form))
        if posted and "next" in request.POST:
            return _next(request, pilot)
        if posted:
            said = f"Update of {pilot.ref} posted: {posted.get_health_display().lower()}."
            return answers.done(request, pilot, said)
    return answers.ask(
        request, pilot, form, title=f"Update {pilot.ref}", button="Post the update",
        template="portfolio/update_form.html", last=update_lines(pilot.pk, 1),
        queue="my" in request.GET,
    )  # fmt: skip


def _post(request: Request, pilot: Pilot, form: UpdateForm) -> Update:
    given = form.readings
    metrics = Metric.objects.filter(pilot=pilot, pk__in=given).select_related("pilot")
    return updates.post(
        pilot=pilot, by=request.user, channel=Channel.WEB, health=form.cleaned_data["health"],
        note=form.cleaned_data["note"], next_step=form.cleaned_data["next_step"],
        next_step_due=form.cleaned_data["next_step_due"], token=form.cleaned_data["token"],
        readings={metric: given[metric.pk] for metric in metrics},
    )  # fmt: skip


def _next(request: Request, pilot: Pilot) -> HttpResponseBase:
    """The next of my pilots that waits for an update."""
    waiting = my_pilots.waiting(request.user, clock.today(), after=pilot.pk)
    if waiting is None:
        toast(request, f"Update of {pilot.ref} posted. All your pilots are up to date.")
        return redirect("my-pilots")
    toast(request, f"Update of {pilot.ref} posted. Next: {waiting}.")
    return redirect(f"/pilots/{waiting}/update/?my")


@require_safe
def mine(request: Request) -> TemplateResponse:
    """The pilots on which I hold a role, worst first."""
    rows = my_pilots.rows(request.user, clock.today())
    return TemplateResponse(request, "portfolio/my_pilots.html", {"mine": rows})
