"""The rollout of a pilot, and its waves."""

from functools import partial

from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from portfolio.access import get_pilot
from portfolio.actions import rollouts
from portfolio.forms.rollouts import RolloutForm, WaveForm
from portfolio.models import Channel, Wave
from portfolio.queries.people import candidates
from portfolio.views import Request, answers, records

WEB = Channel.WEB
LEAD = "A rollout is not a bigger PoC. It is opened with a scope, a budget and an owner of its own."


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, ref: str) -> HttpResponseBase:
    """Open the rollout."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = RolloutForm(answers.sent(request))
    act = partial(rollouts.open_, pilot=pilot, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"The rollout of {pilot.ref}", button="Open the rollout",
        said=f"The rollout of {pilot.ref} is open.", lead=LEAD,
        people=candidates("", by=request.user, unit_id=pilot.unit_id),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: str, rollout: int) -> HttpResponseBase:
    """Change its plan."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.rollouts.select_related("owner"), rollout, "rollout")
    form = RolloutForm(answers.sent(request), row=row)
    act = partial(rollouts.change, rollout=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"The rollout of {pilot.ref}", button="Save",
        said="The rollout is saved.",
        people=candidates("", by=request.user, unit_id=pilot.unit_id),
    )  # fmt: skip


@require_POST
def close(request: Request, ref: str, rollout: int) -> HttpResponseBase:
    """The rollout is over."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.rollouts.all(), rollout, "rollout")
    act = partial(rollouts.close, rollout=row, by=request.user, channel=WEB)
    said = f"The rollout of {pilot.ref} is closed."
    return records.ended(request, pilot, "pilot-rollout-close", row, act, said)


@require_http_methods(["GET", "HEAD", "POST"])
def add_wave(request: Request, ref: str, rollout: int) -> HttpResponseBase:
    """Plan a wave."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.rollouts.all(), rollout, "rollout")
    form = WaveForm(answers.sent(request))
    act = partial(rollouts.add_wave, rollout=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"A wave of the rollout of {pilot.ref}",
        button="Add the wave", said="The wave with “{}” is in the plan.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_wave(request: Request, ref: str, wave: int) -> HttpResponseBase:
    """Say how it went."""
    pilot = get_pilot(request.user, ref, need="edit")
    rows = Wave.objects.filter(rollout__pilot=pilot).select_related("rollout")
    row = records.one_of(rows, wave, "wave")
    form = WaveForm(answers.sent(request), row=row)
    act = partial(rollouts.change_wave, wave=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"Wave with “{row.team}”", button="Save",
        said="The wave with “{}” is saved.",
    )  # fmt: skip
