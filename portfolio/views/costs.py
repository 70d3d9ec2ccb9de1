"""What a pilot cost and would cost."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from common import clock, company
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot, may_edit
from portfolio.actions import costs
from portfolio.forms.costs import ApprovalForm, CostForm, EstimateForm
from portfolio.forms.metrics import WithdrawForm
from portfolio.models import Channel, CostEntry, CostEstimate, Pilot
from portfolio.queries.money import cost_page
from portfolio.queries.money import result as calculated
from portfolio.queries.people import candidates
from portfolio.views import Request, answers


@require_safe
def page(request: Request, ref: str) -> HttpResponse:
    """Every entry and estimate of a pilot."""
    pilot = get_pilot(request.user, ref)
    cursor = request.GET.get("cursor", "")
    shown = cost_page(pilot, user=request.user, as_of=clock.today(), cursor=cursor)
    context = {"pilot": pilot, "page": shown, "may_edit": may_edit(request.user, pilot)}
    return page_or_partial(request, "portfolio/cost_page.html", "entries-page", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Request, ref: str) -> HttpResponseBase:
    """What was spent in a month."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = CostForm(answers.sent(request), currency=company.current().currency)
    if form.is_bound and form.is_valid():
        made = answers.tried(
            form,
            lambda: costs.record(
                pilot=pilot, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if made:
            return _to_costs(request, pilot, "The cost is recorded.")
    return answers.ask(
        request, pilot, form, title=f"A cost of {pilot.ref}", button="Record the cost",
        page_url=_address(pilot),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: Request, ref: str) -> HttpResponseBase:
    """Calculate first, then keep it."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = EstimateForm(answers.sent(request))
    result = form.result if form.is_bound and form.is_valid() else None
    if result and "show" not in request.POST:
        made = answers.tried(
            form,
            lambda: costs.estimate(
                pilot=pilot, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if made:
            return _to_costs(request, pilot, "The estimate is kept.")
    return answers.ask(
        request, pilot, form, title="What would it cost at full volume?",
        button="Keep the estimate", template="portfolio/estimate_form.html",
        result=calculated(result) if result else None,
        currency=company.current().currency, page_url=_address(pilot),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: Request, ref: str, number: int) -> HttpResponseBase:
    """Record who of finance approved an estimate."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = pilot.estimates.select_related("pilot").filter(pk=number).first()
    if row is None:
        raise Http404("There is no such estimate.")
    form = ApprovalForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        done = answers.tried(
            form,
            lambda: costs.approve(row=row, by=request.user, channel=Channel.WEB, **sent),
        )
        if done:
            return _to_costs(request, pilot, "The approval is recorded.")
    known = candidates("", by=request.user, unit_id=pilot.unit_id)
    return answers.ask(
        request, pilot, form, title="Finance approved the estimate", button="Record the approval",
        people=known, page_url=_address(pilot),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, ref: str, kind: str, number: int) -> HttpResponseBase:
    """Take out an entry or an estimate that was wrong."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = _row(pilot, kind, number)
    form = WithdrawForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        done = answers.tried(
            form,
            lambda: costs.withdraw(
                row=row, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if done:
            return _to_costs(request, pilot, "Taken out; it stays to be seen.")
    return answers.ask(
        request, pilot, form, title="Take it out", button="Take it out", page_url=_address(pilot)
    )


def _row(pilot: Pilot, kind: str, number: int) -> CostEntry | CostEstimate:
    """The entry or estimate of that number, if it is this pilot's."""
    found: CostEntry | CostEstimate | None
    if kind == "entry":
        found = CostEntry.objects.filter(pilot=pilot, pk=number).select_related("pilot").first()
    else:
        found = CostEstimate.objects.filter(pilot=pilot, pk=number).select_related("pilot").first()
    if found is None:
        raise Http404("There is no such cost.")
    return found


def _address(pilot: Pilot) -> str:
    return reverse("pilot-costs", args=[pilot.ref])


def _to_costs(request: Request, pilot: Pilot, said: str) -> HttpResponseBase:
    if wants_partial(request):
        return answers.done(request, pilot, said)
    toast(request, said)
    return redirect(_address(pilot))
