"""Moving a pilot to another stage, and putting it on hold."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.registry import stage_advisings
from portfolio.access import get_pilot
from portfolio.actions import pilots, stages
from portfolio.forms.stages import HoldForm, StageForm
from portfolio.models import Channel, Stage
from portfolio.queries.charter import before_poc
from portfolio.views import Request, answers

WEB = Channel.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: Request, ref: str) -> HttpResponseBase:
    """A portfolio manager moves the pilot, as of a day, with a reason."""
    pilot = get_pilot(request.user, ref, need="manage")
    form = StageForm(answers.sent(request), pilot=pilot)
    if form.is_bound and form.is_valid():
        moved = answers.tried(
            form,
            lambda: stages.change(pilot=pilot, by=request.user, channel=WEB, **form.cleaned_data),
        )
        if moved:
            said = f"{pilot.ref} is in {moved.get_stage_display()} now."
            return answers.done(request, pilot, said)
    title = f"Move {pilot.ref} from {pilot.get_stage_display()}"
    lacking = before_poc(pilot) if pilot.stage == Stage.IDEA else []
    advice = [one for say in stage_advisings.values() for one in say(pilot, clock.today())]
    return answers.ask(
        request, pilot, form, title=title, button="Change the stage", before_poc=lacking,
        advice=advice,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: Request, ref: str) -> HttpResponseBase:
    """Put on hold until a day, with a reason."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = HoldForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        held = answers.tried(
            form,
            lambda: pilots.hold(pilot=pilot, by=request.user, channel=WEB, **form.cleaned_data),
        )
        if held:
            return answers.done(request, pilot, f"{pilot.ref} is on hold.")
    title = f"Put {pilot.ref} on hold"
    return answers.ask(request, pilot, form, title=title, button="Put on hold")


@require_POST
def resume(request: Request, ref: str) -> HttpResponseBase:
    """Take off hold."""
    pilot = get_pilot(request.user, ref, need="edit")
    pilots.hold(pilot=pilot, by=request.user, channel=WEB, until=None)
    return answers.done(request, pilot, f"{pilot.ref} is off hold.")
