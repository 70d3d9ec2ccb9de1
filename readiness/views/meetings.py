"""Boards: the list of them, a new one, an agenda and what stands on it."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Conflict, NotAllowed
from common.htmx import page_or_partial, toast, wants_partial
from common.text import whole
from portfolio.access import get_pilot
from portfolio.models import Channel, Pilot
from portfolio.views.answers import tried
from readiness.access import get_meeting, may_run
from readiness.actions import meetings
from readiness.forms.meetings import ChangeBoardForm, MinutesForm, NewBoardForm
from readiness.models import AgendaItem, Meeting
from readiness.queries import meetings as queries
from readiness.queries.minutes import minutes as minutes_of
from readiness.views import Request, sent

FORM = require_http_methods(["GET", "HEAD", "POST"])
WEB = Channel.WEB
AGENDA, MINUTES, FORM_PAGE = (
    "readiness/meeting_agenda.html", "readiness/meeting_minutes.html",
    "readiness/meeting_form.html",
)  # fmt: skip


@require_safe
def boards(request: Request) -> TemplateResponse:
    """What is to come, and the minutes of what was."""
    found = queries.boards(request.user, clock.today(), cursor=request.GET.get("cursor", ""))
    return page_or_partial(
        request, "readiness/meeting_list.html", "boards", {"boards": found, "today": clock.today()}
    )


@FORM
def new(request: Request) -> HttpResponseBase:
    """A day, a length, a unit: the agenda picks itself."""
    if not queries.may_prepare(request.user):
        raise NotAllowed("Only portfolio managers and executives prepare boards.")
    form = NewBoardForm(
        sent(request), user=request.user, initial={"unit": request.GET.get("unit", "")}
    )
    if form.is_bound and form.is_valid():
        made = tried(
            form, lambda: meetings.prepare(by=request.user, channel=WEB, **form.values)
        )  # fmt: skip
        if made:
            toast(request, "The board is prepared. Change its agenda until it begins.")
            return redirect("board", made.pk)
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, FORM_PAGE, {"form": form}, status=status)


@require_safe
def board(request: Request, number: int) -> HttpResponseBase:
    """The agenda; once the board is closed, its minutes."""
    meeting = get_meeting(request.user, number)
    if meeting.closed_at:
        context = {
            "minutes": minutes_of(meeting, request.user), "meeting": meeting,
            "may_run": may_run(request.user, meeting.unit),
        }  # fmt: skip
        return page_or_partial(request, MINUTES, "minutes", context)
    return show(request, meeting)


@FORM
def change(request: Request, number: int) -> HttpResponseBase:
    """Another day, length or note."""
    meeting = get_meeting(request.user, number, need="run")
    _still_open(meeting)
    now = {"on": meeting.on, "minutes": meeting.minutes, "note": meeting.note}
    form = ChangeBoardForm(sent(request), initial={**now, "version": meeting.version})
    context: dict[str, Any] = {"form": form, "meeting": meeting}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            done = tried(
                form,
                lambda: meetings.change(meeting=meeting, by=request.user, channel=WEB, **given),
            )
        except Conflict as conflict:
            form.data = {**request.POST.dict(), "version": str(meeting.version)}
            context |= {"conflict": conflict.sentence, "saved": meeting}
            return TemplateResponse(request, FORM_PAGE, context, status=409)
        if done:
            toast(request, "The board is changed. “Pick again” fits the agenda to it.")
            return redirect("board", meeting.pk)
    return TemplateResponse(request, FORM_PAGE, context, status=422 if form.is_bound else 200)


@require_POST
def call_off(request: Request, number: int) -> HttpResponseBase:
    meeting = get_meeting(request.user, number, need="run")
    meetings.call_off(meeting=meeting, by=request.user, channel=WEB)
    toast(request, f"The board of {meetings.name(meeting)} is called off.")
    return redirect("boards")


@require_POST
def pick(request: Request, number: int) -> HttpResponseBase:
    """Choose anew from today's facts."""
    meeting = get_meeting(request.user, number, need="run")
    came = meetings.pick_again(meeting=meeting, by=request.user, channel=WEB)
    said = {0: "Nothing new asks for this board.", 1: "1 pilot came on the agenda."}
    return _changed(request, meeting, said.get(came, f"{came} pilots came on the agenda."))


@FORM
def add(request: Request, number: int) -> HttpResponseBase:
    """GET offers pilots by words or weight; POST puts one on the agenda."""
    meeting = get_meeting(request.user, number, need="run")
    _still_open(meeting)
    if request.method == "POST":
        pilot = get_pilot(request.user, request.POST.get("ref", ""))
        meetings.add(meeting=meeting, pilot=pilot, by=request.user, channel=WEB)
        return _changed(request, meeting, f"{pilot.ref} is on the agenda.")
    words = request.GET.get("q", "")[:200]
    found = queries.offers(meeting, request.user, words=words, as_of=clock.today())
    context = {"meeting": meeting, "offers": found, "words": words}
    return page_or_partial(request, "readiness/meeting_add.html", "offers", context)


@require_POST
def off(request: Request, number: int, ref: str) -> HttpResponseBase:
    """Take a pilot off the agenda; `?undo` puts it back."""
    meeting, item = one_item(request, number, ref, need="run")
    if "undo" in request.GET:
        meetings.add(meeting=meeting, pilot=item.pilot, by=request.user, channel=WEB)
        return _changed(request, meeting, f"{item.pilot.ref} is back on the agenda.")
    meetings.take_off(item=item, by=request.user, channel=WEB)
    undo = f"{reverse('board-off', args=[meeting.pk, item.pilot.ref])}?undo"
    return _changed(request, meeting, f"{item.pilot.ref} is off the agenda.", undo=undo)


@require_POST
def move(request: Request, number: int, ref: str) -> HttpResponseBase:
    """Stand before or after another one of the agenda."""
    meeting, item = one_item(request, number, ref, need="run")
    after = "after" in request.POST
    beside = whole(request.POST.get("after" if after else "before", ""))
    other = AgendaItem.objects.filter(
        meeting=meeting, pk=beside or 0, pilot__in=Pilot.objects.visible_to(request.user)
    ).first()
    if other is None:
        raise Http404("That pilot is not on this agenda.")
    meetings.move(item=item, beside=other, after=after, by=request.user)
    return _changed(request, meeting)


@require_POST
def set_minutes(request: Request, number: int) -> HttpResponseBase:
    """Minutes of every pilot on the agenda, as typed."""
    meeting = get_meeting(request.user, number, need="run")
    found = queries.agenda(meeting, request.user, at=clock.now())
    form = MinutesForm(found, request.POST)
    if form.is_valid() and tried(
        form, lambda: meetings.set_minutes(items=form.values, meeting=meeting, by=request.user)
    ):
        return _changed(request, meeting, "The minutes are kept.")
    return show(request, meeting, form, status=422)


def one_item(
    request: Request, number: int, ref: str, *, need: Any = "view"
) -> tuple[Meeting, AgendaItem]:
    """The board and its item about a pilot that the person may see; Http404 otherwise."""
    meeting = get_meeting(request.user, number)
    pilot = get_pilot(request.user, ref)
    item = meeting.items.filter(pilot=pilot).first()
    if item is None:
        raise Http404("That pilot is not on this agenda.")
    meeting = get_meeting(request.user, number, need=need)
    item.pilot, item.meeting = pilot, meeting
    return meeting, item


def show(
    request: Request, meeting: Meeting, form: MinutesForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The agenda as it is now, for those who run it with its boxes."""
    found = queries.agenda(meeting, request.user, at=clock.now())
    form = form or MinutesForm(found)
    rows = [(row, form[f"minutes_{row.item.pk}"]) for row in found.rows]
    begins = meeting.on <= clock.today()
    context = {"agenda": found, "meeting": meeting, "rows": rows, "form": form, "begins": begins}
    return page_or_partial(request, AGENDA, "agenda", context, status=status)


def _changed(
    request: Request, meeting: Meeting, said: str = "", *, undo: str = ""
) -> HttpResponseBase:
    if said:
        toast(request, said, undo=undo)
    if not wants_partial(request):
        return redirect("board", meeting.pk)
    return show(request, Meeting.objects.select_related("unit").get(pk=meeting.pk))


def _still_open(meeting: Meeting) -> None:
    if meeting.closed_at:
        raise Conflict(meetings.FROZEN)
