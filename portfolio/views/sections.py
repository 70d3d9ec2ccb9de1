"""Editing a pilot's record: one section in place, or all of it on a page."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from common.errors import Conflict
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot
from portfolio.actions import pilots
from portfolio.forms.sections import SectionForm
from portfolio.models import Channel, Pilot
from portfolio.queries.edit_conflict import theirs
from portfolio.queries.record import is_shown
from portfolio.queries.sections import BY_CODE, SECTIONS, Section
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, ref: str, section: str = "") -> HttpResponseBase:
    """Change facts of one section, or of all. Fields that the form does not have are not read."""
    pilot = get_pilot(request.user, ref, need="edit")
    sections = _sections(section)
    form = SectionForm(answers.sent(request), pilot=pilot, sections=sections)
    if not (form.is_bound and form.is_valid()):
        return _form(request, pilot, form, status=422 if form.is_bound else 200)
    seen = form.cleaned_data["seen"]
    try:
        saved = answers.tried(
            form,
            lambda: pilots.edit(
                pilot=pilot, by=request.user, channel=Channel.WEB, seen=seen, **form.values
            ),
        )
    except Conflict as conflict:
        return _both_versions(request, pilot.ref, form, conflict.sentence)
    if saved is None:
        return _form(request, pilot, form, status=422)
    return _saved(request, saved, form, folded=not is_shown(sections[0].code, pilot))


def _sections(code: str) -> Sequence[Section]:
    if not code:
        return SECTIONS
    if code not in BY_CODE:
        raise Http404("There is no such section.")
    return (BY_CODE[code],)


def _saved(request: Request, pilot: Pilot, form: SectionForm, *, folded: bool) -> HttpResponseBase:
    """The page again. In place only what changed is taken out of it, so that another section
    that is being edited stays as it is; a section that was folded away finds its new place."""
    toast(request, f"{pilot.ref} is saved.")
    response = answers.show(request, pilot)
    if len(form.shown) == 1 and not folded:
        for header in ("HX-Retarget", "HX-Reswap"):
            if header in response.headers:
                del response.headers[header]
    return response


def _both_versions(request: Request, ref: str, form: SectionForm, sentence: str) -> HttpResponse:
    """What was sent stays in the boxes; beside each box that differs stands what is saved now."""
    now = get_pilot(request.user, ref, need="edit")
    form.renew(now)
    beside = {"conflict": sentence, "theirs": theirs(now, form.values)}
    response = _form(request, now, form, status=409, **beside)
    response["HX-Reswap"] = "outerHTML"  # Without it htmx would keep a 409 to itself.
    return response


def _form(
    request: Request, pilot: Pilot, form: SectionForm, *, status: int, **beside: object
) -> HttpResponse:
    one = form.shown[0] if len(form.shown) == 1 else None
    if one and not form.is_bound:
        form.visible_fields()[0].field.widget.attrs["autofocus"] = True
    context = {
        "pilot": pilot, "form": form, "section": one, "in_place": wants_partial(request),
        "folded": one and not is_shown(one.code, pilot), **beside,
    }  # fmt: skip
    template = "portfolio/pilot_edit.html"
    return page_or_partial(request, template, "section-form", context, status=status)
