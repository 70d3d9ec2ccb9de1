"""The gates, for administrators: try what setting one would mean, then set it."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.access import roles_of
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from common.htmx import toast
from portfolio.models import Channel
from portfolio.views import Request
from readiness import gates
from readiness.actions import gates as actions
from readiness.forms.gates import GateForm
from readiness.queries import gate_facts
from readiness.queries import gate_settings as queries

TEMPLATE = "readiness/gate_settings.html"


@require_http_methods(["GET", "HEAD", "POST"])
def gate_settings(request: Request) -> HttpResponseBase:
    """A GET with a mode tries a gate and says what it would stop; a POST sets it."""
    if not roles_of(request.user).is_administrator:
        raise NotAllowed("Gates are set by administrators.")
    form, tried, status = _form(request), None, 200
    if form.is_bound and form.is_valid():
        if request.method == "POST":
            status = _set(request, form)
            if status == 200:
                return redirect("gates")
        else:
            tried = queries.dry_run(request.user, _tried(form), clock.today())
    elif form.is_bound:
        status = 422
    shown = {"form": form, "tried": tried, "lines": queries.lines(), "modes": gates.STRICTNESS}
    return TemplateResponse(request, TEMPLATE, shown, status=status)


def _form(request: Request) -> GateForm:
    """As sent, as tried, or as the chosen gate is set."""
    lists = queries.list_titles()
    sent: Any = request.POST or (request.GET if "mode" in request.GET else None)
    if request.method == "POST" or sent:
        return GateForm(sent or {}, lists=lists)
    stage = request.GET.get("stage", "")
    gate = gates.setting(gate_facts.settings(), stage if stage in gates.GATED else "rollout")
    initial = {
        "stage": gate.stage, "mode": gate.mode, "checklists": list(gate.checklists),
        "seen": actions.fingerprint(gate),
    }  # fmt: skip
    return GateForm(lists=lists, initial=initial)


def _tried(form: GateForm) -> gates.Setting:
    chosen = form.cleaned_data
    return gates.Setting(chosen["stage"], chosen["mode"], tuple(chosen["checklists"]))


def _set(request: Request, form: GateForm) -> int:
    try:
        actions.set_gate(by=request.user, channel=Channel.WEB, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field, refusal.sentence)
        return 422
    except Conflict as conflict:
        form.add_error(None, conflict.sentence)
        return 409
    toast(request, "The gate is set. It counts from the next change of stage.")
    return 200
