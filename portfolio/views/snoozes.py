"""Silencing a flag of a pilot until a day, and waking it."""

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from portfolio.access import get_pilot
from portfolio.actions import flags
from portfolio.flags import words
from portfolio.forms.flags import SnoozeForm
from portfolio.models import Channel, Flag, Pilot
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: Request, ref: str, flag: int) -> HttpResponseBase:
    """A reason and a day; the flag stays open and is counted apart."""
    pilot = get_pilot(request.user, ref, need="edit")
    found = _flag(pilot, flag)
    form = SnoozeForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        quiet = answers.tried(
            form,
            lambda: flags.snooze(
                flag=found, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if quiet:
            return answers.done(request, pilot, f"“{words.title(found.rule)}” is snoozed.")
    title = f"Snooze “{words.title(found.rule)}” on {pilot.ref}"
    return answers.ask(request, pilot, form, title=title, button="Snooze")


@require_POST
def wake(request: Request, ref: str, flag: int) -> HttpResponseBase:
    """Let it speak again."""
    pilot = get_pilot(request.user, ref, need="edit")
    found = flags.unsnooze(flag=_flag(pilot, flag), by=request.user, channel=Channel.WEB)
    return answers.done(request, pilot, f"“{words.title(found.rule)}” counts again.")


def _flag(pilot: Pilot, number: int) -> Flag:
    found = Flag.objects.open().filter(pilot=pilot, pk=number).first()
    if found is None:
        raise Http404("That flag has closed.")
    return found
