"""Who answers for what: the matrix of many pilots, and the year to come of one."""

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from portfolio.actions import ownership
from portfolio.forms.ownership import MatrixForm
from portfolio.forms.people import TwelveMonthsForm
from portfolio.models import Channel
from portfolio.queries.ownership_matrix import matrix as matrix_of
from portfolio.queries.people import candidates
from portfolio.queries.twelve_months import suggested
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def twelve_months(request: Request, ref: str) -> HttpResponseBase:
    """Name who owns it in a year, who answers when it breaks, who decides on feedback."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = TwelveMonthsForm(answers.sent(request), initial=suggested(pilot))
    if form.is_bound and form.is_valid():
        done = answers.tried(
            form,
            lambda: ownership.answer_twelve_months(
                pilot=pilot, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if done:
            return answers.done(request, pilot, "Answered. It is asked again in a year.")
    known = candidates("", by=request.user, unit_id=pilot.unit_id)
    title = f"{pilot.ref} in twelve months"
    return answers.ask(request, pilot, form, title=title, button="Answer", people=known)


@require_safe
def matrix(request: Request) -> TemplateResponse:
    """Pilots by area: who answers, and where nobody does."""
    form = MatrixForm(request.GET)
    found = matrix_of(
        request.user, form.chosen, as_of=clock.today(), cursor=request.GET.get("cursor", "")
    )
    context = {"form": form, "matrix": found}
    return page_or_partial(request, "portfolio/ownership.html", "ownership-matrix", context)
