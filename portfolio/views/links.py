"""Links about a pilot."""

from functools import partial

from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from portfolio.access import get_pilot
from portfolio.actions import links
from portfolio.forms.links import LinkForm
from portfolio.models import Channel
from portfolio.views import Request, answers, records

WEB = Channel.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, ref: str) -> HttpResponseBase:
    """Keep a link."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = LinkForm(answers.sent(request))
    act = partial(links.add, pilot=pilot, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"A link about {pilot.ref}", button="Add the link",
        said="“{}” is in the list.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: str, link: int) -> HttpResponseBase:
    """Correct it."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.links.all(), link, "link")
    form = LinkForm(answers.sent(request), row=row)
    act = partial(links.change, link=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=row.name, button="Save", said="“{}” is saved."
    )


@require_POST
def end(request: Request, ref: str, link: int) -> HttpResponseBase:
    """Take it off the page."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.links.all(), link, "link")
    act = partial(links.end, link=row, by=request.user, channel=WEB)
    said = "“{}” is off the list."
    return records.ended(request, pilot, "pilot-link-end", row, act, said)
