"""Requests for reviews on a pilot, and what waits at which team."""

from functools import partial

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from portfolio.actions import reviews
from portfolio.forms.reviews import ReviewForm
from portfolio.models import Channel
from portfolio.queries import reviews as queries
from portfolio.queries.people import candidates
from portfolio.views import Request, answers, records

WEB = Channel.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, ref: str) -> HttpResponseBase:
    """A team is asked to look at the pilot."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = ReviewForm(answers.sent(request), initial={"team": request.GET.get("team", "")})
    act = partial(reviews.request, pilot=pilot, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"A review of {pilot.ref}", button="Record the request",
        said="The request to {} is recorded.", people=candidates("", by=request.user),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: str, review: int) -> HttpResponseBase:
    """Record how they decided."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.reviews.select_related("reviewer"), review, "review")
    form = ReviewForm(answers.sent(request), row=row)
    act = partial(reviews.change, review=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"{row} reviews {pilot.ref}", button="Save",
        said="The review by {} is saved.", people=candidates("", by=request.user),
    )  # fmt: skip


@require_safe
def reviews_page(request: Request) -> HttpResponse:
    """What waits at which team, on pilots in sight."""
    team = request.GET.get("team", "")
    page = queries.reviews_page(request.user, clock.today(), team=team)
    return page_or_partial(request, "portfolio/review_list.html", "review-list", {"page": page})
