"""Models in use on a pilot, and who uses which."""

from functools import partial

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.access import get_pilot
from portfolio.actions import model_uses
from portfolio.forms.model_uses import ModelUseForm
from portfolio.models import Channel
from portfolio.queries import model_uses as queries
from portfolio.queries.people import candidates
from portfolio.views import Request, answers, records

WEB = Channel.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, ref: str) -> HttpResponseBase:
    """Name a model that the pilot uses."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = ModelUseForm(answers.sent(request))
    act = partial(model_uses.add, pilot=pilot, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=f"A model that {pilot.ref} uses", button="Add the model",
        said="“{}” is in the list.", people=candidates("", by=request.user),
        options=queries.options(request.user),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, ref: str, use: int) -> HttpResponseBase:
    """Date its retirement, plan the way out, or correct it."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.model_uses.select_related("planner"), use, "model")
    form = ModelUseForm(answers.sent(request), row=row)
    act = partial(model_uses.change, use=row, by=request.user, channel=WEB)
    return records.keep(
        request, pilot, form, act, title=str(row), button="Save", said="“{}” is saved.",
        people=candidates("", by=request.user), options=queries.options(request.user),
    )  # fmt: skip


@require_POST
def end(request: Request, ref: str, use: int) -> HttpResponseBase:
    """The pilot does not use it any more."""
    pilot = get_pilot(request.user, ref, need="edit")
    row = records.one_of(pilot.model_uses.all(), use, "model")
    act = partial(model_uses.end, use=row, by=request.user, channel=WEB)
    said = f"{pilot.ref} does not use “{{}}” any more."
    return records.ended(request, pilot, "pilot-model-end", row, act, said)


@require_safe
def models(request: Request) -> HttpResponse:
    """Every model that pilots in sight use."""
    page = queries.models_page(request.user, clock.today())
    return page_or_partial(request, "portfolio/model_list.html", "model-list", {"page": page})


@require_safe
def model(request: Request, slug: str) -> HttpResponse:
    """Who uses this model. One that only pilots out of sight use is not there."""
    page = queries.model_page(request.user, slug, clock.today())
    if page is None:
        raise Http404("No pilot that you can see uses such a model.")
    return page_or_partial(request, "portfolio/model_detail.html", "model", {"page": page})
