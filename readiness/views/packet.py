"""The gate packet: read it, propose a decision, approve or decline what is proposed."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Conflict, Refused
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot
from portfolio.actions import extensions
from portfolio.models import Channel, Extension, Pilot
from portfolio.queries.people import candidates
from portfolio.views import Request
from readiness.actions import decisions
from readiness.forms.decisions import AnswerForm, ApproveForm, DecisionForm
from readiness.models import Outcome, Proposal
from readiness.queries.packet_page import packet_page

WEB = Channel.WEB
TEMPLATE = "readiness/packet.html"


@require_safe
def page(request: Request, ref: str) -> HttpResponseBase:
    """Everything a decision is taken on; `?to=` chooses the gate that is asked."""
    return _show(request, get_pilot(request.user, ref))


@require_POST
def propose(request: Request, ref: str) -> HttpResponseBase:
    """A portfolio manager proposes a decision."""
    pilot = get_pilot(request.user, ref, need="manage")
    form = DecisionForm(request.POST, pilot=pilot)
    status = 422
    if form.is_valid():
        try:
            _propose(request, pilot, form)
            return _done(request, pilot, "Proposed. Somebody else approves it.")
        except Refused as refusal:
            form.refuse(refusal.sentence, refusal.field)
        except Conflict as conflict:
            form.refuse(conflict.sentence, None)
            status = 409
    return _show(request, pilot, form=form, status=status)


def _propose(request: Request, pilot: Pilot, form: DecisionForm) -> Proposal | Extension:
    said: dict[str, Any] = {"pilot": pilot, "by": request.user, "channel": WEB}
    given = form.cleaned_data
    if given["outcome"] == Outcome.EXTEND:
        return extensions.propose(**said, to_day=given["to_day"], reason=given["reason"])
    return decisions.propose(
        **said, outcome=given["outcome"], reason=given["reason"], to_stage=given["to_stage"],
        terms=form.terms, token=given["token"],
    )  # fmt: skip


@require_POST
def approve(request: Request, ref: str, proposed: int) -> HttpResponseBase:
    """The second person decides as proposed."""
    pilot = get_pilot(request.user, ref, need="decide")
    found, form = _of(pilot, proposed), ApproveForm(request.POST)
    return _settled(
        request, pilot, "Decided.", {"approve": form},
        lambda: decisions.approve(
            proposal=found, by=request.user, channel=WEB, **form.cleaned_data
        ),
    )  # fmt: skip


@require_POST
def decline(request: Request, ref: str, proposed: int) -> HttpResponseBase:
    """The second person says no, with a reason."""
    pilot = get_pilot(request.user, ref, need="decide")
    found, form = _of(pilot, proposed), AnswerForm(request.POST)
    return _settled(
        request, pilot, "Declined.", {"decline": form},
        lambda: decisions.decline(
            proposal=found, by=request.user, channel=WEB, **form.cleaned_data
        ),
    )  # fmt: skip


@require_POST
def withdraw(request: Request, ref: str, proposed: int) -> HttpResponseBase:
    """Who proposed it takes it back."""
    pilot = get_pilot(request.user, ref)
    found, form = _of(pilot, proposed), AnswerForm(request.POST)
    return _settled(
        request, pilot, "Taken back.", {"decline": form},
        lambda: decisions.withdraw(
            proposal=found, by=request.user, channel=WEB, **form.cleaned_data
        ),
    )  # fmt: skip


def _settled(
    request: Request, pilot: Pilot, said: str, forms: dict[str, Any], act: Callable[[], Any]
) -> HttpResponseBase:
    """What the action did; else the page again with the sentence and everything typed."""
    (form,) = forms.values()
    status = 422
    if form.is_valid():
        try:
            act()
            return _done(request, pilot, said)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None,
                           refusal.sentence)  # fmt: skip
        except Conflict as conflict:
            form.add_error(None, conflict.sentence)
            status = 409
    return _show(request, pilot, status=status, **forms)


def _show(
    request: Request, pilot: Pilot, *, status: int = 200, form: DecisionForm | None = None,
    **forms: Any,
) -> HttpResponse:  # fmt: skip
    to_stage = request.GET.get("to", "")
    page = packet_page(pilot, user=request.user, as_of=clock.today(), to_stage=to_stage)
    lost = form is not None and not page.may_propose
    if form is None and page.may_propose:
        form = DecisionForm(
            pilot=pilot, to_stage=page.paper.to_stage, extendable=not page.extensions.obstacle
        )
    shown = {
        "page": page, "paper": page.paper, "pilot": pilot, "form": form, "lost": lost,
        "approve": ApproveForm(), "decline": AnswerForm(), **forms,
        "people": candidates("", by=request.user) if page.may_propose else None,
    }  # fmt: skip
    if status == 409 and not page.waiting:
        shown["gone"] = next(iter(forms.values()), None)
    response = page_or_partial(request, TEMPLATE, "decide", shown, status=status)
    if status == 409:
        response["HX-Reswap"] = "outerHTML"  # Without it htmx would keep a 409 to itself.
    return response


def _done(request: Request, pilot: Pilot, said: str) -> HttpResponseBase:
    toast(request, said)
    there = reverse("pilot-packet", args=[pilot.ref])
    if wants_partial(request):
        # A board shows the packet on its own page, and goes on there.
        came = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
        there = came if came.startswith(reverse("boards")) else there
        return HttpResponse(headers={"HX-Redirect": there})
    return redirect(there)


def _of(pilot: Pilot, number: int) -> Proposal:
    found = Proposal.objects.filter(pk=number, pilot=pilot).first()
    if found is None:
        raise Http404("There is no such proposal.")
    return found
