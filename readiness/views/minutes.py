"""The end of a board: closed, and its minutes mailed."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import Refused
from common.htmx import toast
from portfolio.models import Channel
from portfolio.queries.people import candidates
from portfolio.views.answers import tried
from readiness.access import get_meeting
from readiness.actions import board_outcomes, minutes
from readiness.forms.meetings import CloseForm, MailForm
from readiness.queries import meetings as queries
from readiness.queries import readers
from readiness.views import Request, sent

FORM = require_http_methods(["GET", "HEAD", "POST"])
WEB = Channel.WEB


@FORM
def close(request: Request, number: int) -> HttpResponseBase:
    """What would be frozen and what rolls over; POST does it."""
    meeting = get_meeting(request.user, number, need="run")
    if meeting.closed_at:
        toast(request, "This board is closed already. These are its minutes.", level=20)
        return redirect("board", meeting.pk)
    there = queries.next_day(meeting)
    form = CloseForm(sent(request), meeting=meeting, there=there)
    if form.is_bound and form.is_valid():
        done = tried(
            form,
            lambda: board_outcomes.close(
                meeting=meeting, by=request.user, channel=WEB, **form.cleaned_data
            ),
        )
        if done:
            toast(request, "The board is closed, and its minutes are frozen.")
            return redirect("board", meeting.pk)
    found = queries.agenda(meeting, request.user, at=clock.now())
    context = {"agenda": found, "meeting": meeting, "form": form, "there": there}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "readiness/meeting_close.html", context, status=status)


@FORM
def mail(request: Request, number: int) -> HttpResponseBase:
    """To whom the minutes go; each gets what they may see."""
    meeting = get_meeting(request.user, number, need="run")
    if not meeting.closed_at:
        raise Refused("There are no minutes before the board is closed.")
    offered, mailed = readers.readers(meeting, request.user)
    form = MailForm(sent(request), offered=offered)
    if form.is_bound and form.is_valid():
        told = tried(
            form,
            lambda: minutes.mail(meeting=meeting, by=request.user, channel=WEB, people=form.chosen),
        )
        if told:
            toast(request, f"The minutes are on their way to {people_words(told)}.")
            return redirect("board", meeting.pk)
    context = {
        "form": form, "meeting": meeting, "mailed": mailed,
        "people": candidates("", by=request.user),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "readiness/meeting_mail.html", context, status=status)


def people_words(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
