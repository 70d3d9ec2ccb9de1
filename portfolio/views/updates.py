"""Status reports, and the pilots that are mine."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Refused
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot
from portfolio.actions import updates
from portfolio.forms.updates import UpdateForm
from portfolio.models import Channel, Metric, Pilot, Update
from portfolio.queries.asked_of_me import asked_of_me
from portfolio.queries.my_pilots import MyPilots, my_pilots
from portfolio.queries.update_desk import Desk, desk, posted_words, taken_back
from portfolio.views import Request, answers

SECONDS = int(updates.UNDO.total_seconds())
POSTED = "posted"  # The cookie that tells the browser which draft has arrived.


@require_http_methods(["GET", "HEAD", "POST"])
def update(request: Request, ref: str) -> HttpResponseBase:
    """Post an update; the same form sent twice is one update."""
    pilot = get_pilot(request.user, ref, need="edit")
    facts = desk(pilot, clock.today())
    form = _form(request, pilot, facts)
    posted = _post(request, pilot, form)
    if posted:
        said = posted_words(posted)
        response = answers.done(request, pilot, said, undo=_undo(posted), seconds=SECONDS)
        return _arrived(posted, response)
    return answers.ask(
        request, pilot, form, title=f"Update {pilot.ref}", button="Post the update",
        template="portfolio/update_form.html", desk=facts,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def turn(request: Request, ref: str) -> HttpResponseBase:
    """One of my pilots beside its facts; "Post and next" goes on to the next that waits."""
    pilot = get_pilot(request.user, ref, need="edit")
    today = clock.today()
    facts, mine = desk(pilot, today), my_pilots(request.user, today)
    form = _form(request, pilot, facts)
    posted = _post(request, pilot, form)
    if posted:
        toast(request, posted_words(posted), undo=_undo(posted), seconds=SECONDS)
        there = pilot.ref if "stay" in request.POST else mine.turn(pilot.pk).next
        return _arrived(posted, _go_on(request, there))
    status = 422 if form.is_bound else 200
    return _turn_page(request, pilot, facts, form, mine, status)


def _go_on(request: Request, ref: str) -> HttpResponseBase:
    """The next pilot in place for htmx; its page, or the list when nothing waits, without."""
    there = reverse("my-pilot", args=[ref]) if ref else reverse("my-pilots")
    if not wants_partial(request):
        return redirect(there)
    if not ref:
        return HttpResponse(headers={"HX-Redirect": there})
    pilot = get_pilot(request.user, ref, need="edit")
    facts = desk(pilot, clock.today())
    form = UpdateForm(metrics=facts.metrics, active=facts.active, initial=facts.initial)
    mine = my_pilots(request.user, clock.today())
    response = _turn_page(request, pilot, facts, form, mine, 200)
    response["HX-Push-Url"] = there
    return response


def _turn_page(
    request: Request, pilot: Pilot, facts: Desk, form: UpdateForm, mine: MyPilots, status: int
) -> HttpResponse:
    if not form.is_bound:
        form.fields["health"].widget.attrs["autofocus"] = True
    context = {
        "pilot": pilot, "desk": facts, "form": form, "turn": mine.turn(pilot.pk),
        "reason": mine.reason(pilot.pk), "days": (clock.today() - pilot.stage_since_bound).days,
    }  # fmt: skip
    return page_or_partial(request, "portfolio/my_pilot.html", "my-pilot", context, status=status)


def _form(request: Request, pilot: Pilot, facts: Desk) -> UpdateForm:
    again = taken_back(pilot, request.user.pk, request.GET.get("again", ""))
    return UpdateForm(
        answers.sent(request), metrics=facts.metrics, active=facts.active,
        initial={**facts.initial, **again},
    )  # fmt: skip


def _post(request: Request, pilot: Pilot, form: UpdateForm) -> Update | None:
    """The update, or None when there is none to post or something in it is wrong."""
    if not (form.is_bound and form.is_valid()):
        return None
    given = form.readings
    metrics = Metric.objects.filter(pilot=pilot, pk__in=given).select_related("pilot")
    readings = [updates.Read(metric, *given[metric.pk]) for metric in metrics]
    said: dict[str, Any] = {
        name: value for name, value in form.cleaned_data.items() if not name.startswith("reading_")
    }
    posted: Update | None = answers.tried(
        form,
        lambda: updates.post(
            pilot=pilot, by=request.user, channel=Channel.WEB, readings=readings, **said
        ),
    )
    if "token" in form.errors:
        form.renew()
    return posted


def _undo(posted: Update) -> str:
    return reverse("update-undo", args=[posted.pilot.ref, posted.pk])


def _arrived(posted: Update, response: HttpResponseBase) -> HttpResponseBase:
    response.set_cookie(POSTED, str(posted.token), max_age=3600, samesite="Lax")
    return response


@require_POST
def undo(request: Request, ref: str, number: int) -> HttpResponseBase:
    """Take one's own update back; its words are in the form again."""
    pilot = get_pilot(request.user, ref, need="edit")
    found = Update.objects.filter(pilot=pilot, pk=number).select_related("pilot").first()
    if found is None:
        raise Http404("There is no such update.")
    try:
        updates.take_back(update=found, by=request.user, channel=Channel.WEB)
    except Refused as refusal:
        toast(request, refusal.sentence, level=30)
        return redirect("pilot", pilot.ref)
    toast(request, f"The update of {pilot.ref} is taken back. Its words are here.")
    return redirect(f"{reverse('pilot-update', args=[pilot.ref])}?again={found.pk}")


@require_safe
def mine(request: Request) -> TemplateResponse:
    """The pilots on which I hold a role, worst first."""
    rows = my_pilots(request.user, clock.today())
    return TemplateResponse(
        request,
        "portfolio/my_pilots.html",
        {"mine": rows, "asked_of_me": asked_of_me(request.user, clock.today())},
    )
