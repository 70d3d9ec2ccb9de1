"""A board while it meets: begun, one pilot at a time, what came of it typed in."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.errors import Conflict
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot
from portfolio.models import Channel
from portfolio.views.answers import tried
from readiness.access import get_meeting
from readiness.actions import board_outcomes
from readiness.forms.meetings import OutcomeForm
from readiness.models import AgendaState, Meeting
from readiness.queries import meetings as queries
from readiness.queries.meetings import Agenda, Row
from readiness.views import Request
from readiness.views.meetings import one_item

PAGE = "readiness/meeting_item.html"
WEB = Channel.WEB
SAID = {
    AgendaState.DISCUSSED: "{} was discussed.", AgendaState.NOT_REACHED: "{} was not reached.",
    AgendaState.PLANNED: "{} is open again.",
}  # fmt: skip


@require_POST
def start(request: Request, number: int) -> HttpResponseBase:
    """The board begins; on to its first pilot."""
    meeting = get_meeting(request.user, number, need="run")
    board_outcomes.start(meeting=meeting, by=request.user, channel=WEB)
    found = queries.agenda(meeting, request.user, at=clock.now())
    first = next(iter(found.open_rows), None)
    if first is None:
        return redirect("board", meeting.pk)
    return redirect("board-item", meeting.pk, first.pilot.ref)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: Request, number: int, ref: str) -> HttpResponseBase:
    """One pilot before the board; POST keeps what was said, and goes on to the next."""
    if request.method != "POST":
        found, row = _place(request, number, ref)
        return show(request, found, row)
    meeting, one = one_item(request, number, ref, need="run")
    form = OutcomeForm(request.POST)
    state = request.POST.get("state", "")
    if not form.is_valid():
        return again(request, meeting, ref, form)
    try:
        done = tried(
            form,
            lambda: board_outcomes.settle(
                item=one, by=request.user, channel=WEB, state=state, **form.cleaned_data
            ),
        )
    except Conflict as conflict:
        return _both(request, number, ref, form, conflict)
    if done is None:
        return again(request, meeting, ref, form)
    toast(request, SAID[AgendaState(done.state)].format(ref))
    return go_on(request, meeting, ref, stay=state == AgendaState.PLANNED)


def again(
    request: Request, meeting: Meeting, ref: str, form: Any, *, name: str = "form",
    status: int = 422,
) -> HttpResponse:  # fmt: skip
    """The page with what was typed, and what is wrong with it."""
    found, row = _place(request, meeting.pk, ref)
    return show(request, found, row, status=status, **{name: form})


def _both(
    request: Request, number: int, ref: str, form: OutcomeForm, conflict: Conflict
) -> HttpResponse:
    """Somebody else typed first: both texts, and what was typed stays in the box."""
    found, row = _place(request, number, ref)
    form.data = {**request.POST.dict(), "version": str(row.item.version)}
    response = show(
        request, found, row, status=409, form=form, conflict=conflict.sentence,
        yours=request.POST.get("note", ""),
    )  # fmt: skip
    response["HX-Reswap"] = "outerHTML"  # Without it htmx would keep a 409 to itself.
    return response


def show(
    request: Request, found: Agenda, row: Row, *, status: int = 200, **context: Any
) -> HttpResponse:
    """One pilot with its reasons, its outcome and, loaded after it, its packet."""
    initial = {"note": row.item.note, "version": row.item.version}
    here = reverse("board-item", args=[found.meeting.pk, row.pilot.ref])
    shown = {
        "agenda": found, "meeting": found.meeting, "row": row, "pilot": row.pilot, "here": here,
        "turn": queries.turn(found, row), "form": OutcomeForm(initial=initial),
        "begins": found.meeting.on <= clock.today(), **context,
    }  # fmt: skip
    return page_or_partial(request, PAGE, "board-item", shown, status=status)


def go_on(request: Request, meeting: Meeting, ref: str, *, stay: bool = False) -> HttpResponseBase:
    """To the next pilot without an outcome; to the agenda when there is none left."""
    found, row = _place(request, meeting.pk, ref)
    then = row if stay else queries.turn(found, row).next_open
    where = reverse("board", args=[meeting.pk])
    if then:
        where = reverse("board-item", args=[meeting.pk, then.pilot.ref])
    if wants_partial(request):
        return HttpResponse(headers={"HX-Redirect": where})
    return redirect(where)


def _place(request: Request, number: int, ref: str) -> tuple[Agenda, Row]:
    """The agenda as it is now, and the pilot's row on it."""
    meeting = get_meeting(request.user, number)
    pilot = get_pilot(request.user, ref)
    if meeting.closed_at:
        raise Conflict("This board is closed; its minutes say what came of each pilot.")
    found = queries.agenda(meeting, request.user, at=clock.now())
    row = found.row(pilot.pk)
    if row is None:
        raise Http404("That pilot is not on this agenda.")
    return found, row
