"""Systems that a pilot leans on, and what they did to it."""

from functools import partial

from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from portfolio.access import get_pilot
from portfolio.actions import dependencies
from portfolio.forms.dependencies import DependencyForm, IncidentForm
from portfolio.models import Channel, Incident
from portfolio.views import Request, answers, records

WEB = Channel.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, ref: str) -> HttpResponseBase:
    """Name a system that the pilot leans on."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = DependencyForm(answers.sent(request))
    act = partial(dependencies.add, pilot=pilot, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"A system that {pilot.ref} leans on",
        button="Add the system", said="“{}” is in the list.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: str, dependency: int) -> HttpResponseBase:
    """Change what is known of it."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.dependencies.all(), dependency, "system")
    form = DependencyForm(answers.sent(request), row=row)
    act = partial(dependencies.change, dependency=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=row.name, button="Save", said="“{}” is saved.",
    )  # fmt: skip


@require_POST
def end(request: Request, ref: str, dependency: int) -> HttpResponseBase:
    """The pilot leans on it no more."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.dependencies.all(), dependency, "system")
    act = partial(dependencies.end, dependency=row, by=request.user, channel=WEB)
    said = f"{pilot.ref} no longer leans on “{{}}”."
    return records.ended(request, pilot, "pilot-dependency-end", row, act, said)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Request, ref: str, dependency: int) -> HttpResponseBase:
    """An upstream did something."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.dependencies.all(), dependency, "system")
    form = IncidentForm(answers.sent(request), initial={"opened_on": clock.today()})
    act = partial(dependencies.report, dependency=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"What did “{row.name}” do?",
        button="Record the incident", said="The incident is recorded.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: Request, ref: str, incident: int) -> HttpResponseBase:
    """Close an incident, or correct it."""
    pilot = get_pilot(request.user, ref, need="edit")
    rows = Incident.objects.filter(dependency__pilot=pilot).select_related("dependency")
    row = records.one_of(rows, incident, "incident")
    form = IncidentForm(answers.sent(request), row=row)
    act = partial(dependencies.amend, incident=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"Incident of “{row.dependency.name}”", button="Save",
        said="The incident is saved.",
    )  # fmt: skip
