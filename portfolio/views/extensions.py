"""More time to decide: propose it, approve it, decline it."""

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from portfolio.access import get_pilot
from portfolio.actions import extensions
from portfolio.forms.extensions import AnswerForm, ExtensionForm
from portfolio.models import Channel, Extension, Pilot
from portfolio.queries.labels import day
from portfolio.views import Request, answers

WEB = Channel.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: Request, ref: str) -> HttpResponseBase:
    """A manager asks for a later day, with a reason."""
    pilot = get_pilot(request.user, ref, need="manage")
    form = ExtensionForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        made = answers.tried(
            form,
            lambda: extensions.propose(
                pilot=pilot, by=request.user, channel=WEB, **form.cleaned_data
            ),
        )
        if made:
            return answers.done(request, pilot, "Proposed. Somebody else approves it.")
    title = f"Extend the day to decide {pilot.ref}"
    return answers.ask(request, pilot, form, title=title, button="Propose")


@require_POST
def approve(request: Request, ref: str, number: int) -> HttpResponseBase:
    """Move the day. Who proposed it cannot."""
    pilot = get_pilot(request.user, ref, need="decide")
    found = extensions.approve(extension=_of(pilot, number), by=request.user, channel=WEB)
    return answers.done(request, pilot, f"{pilot.ref} is to be decided by {day(found.to_day)}.")


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: Request, ref: str, number: int) -> HttpResponseBase:
    """Say no, with a reason; or withdraw one's own."""
    pilot = get_pilot(request.user, ref, need="decide")
    found = _of(pilot, number)
    own = found.proposed_by_id == request.user.pk
    form = AnswerForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        settled = answers.tried(
            form,
            lambda: extensions.decline(
                extension=found, by=request.user, channel=WEB, **form.cleaned_data
            ),
        )
        if settled:
            return answers.done(request, pilot, "Withdrawn." if own else "Declined.")
    verb = "Withdraw" if own else "Decline"
    title = f"{verb} the extension to {day(found.to_day)}"
    return answers.ask(request, pilot, form, title=title, button=verb)


def _of(pilot: Pilot, number: int) -> Extension:
    found = pilot.extensions.filter(pk=number).first()
    if found is None:
        raise Http404("There is no such extension.")
    return found
