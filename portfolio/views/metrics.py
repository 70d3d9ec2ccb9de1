"""Success metrics: add one, its page, edit, end, reopen."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Conflict
from common.htmx import page_or_partial, toast, wants_partial
from portfolio.access import get_pilot, may_edit
from portfolio.actions import metrics
from portfolio.catalog.presets import PRESETS, Preset, offered
from portfolio.forms.metrics import EndForm, MetricForm
from portfolio.models import Channel, Metric, Pilot
from portfolio.queries.metric_page import metric_page, theirs
from portfolio.views import Request, answers

OWN = "own"


@require_http_methods(["GET", "HEAD", "POST"])
def metric(request: Request, ref: str) -> HttpResponseBase:
    """Say what success means: choose a preset, or one's own."""
    pilot = get_pilot(request.user, ref, need="edit")
    code = request.GET.get("preset", "")
    if request.method != "POST" and not code:
        return _choose(request, pilot)
    preset = _preset(code)
    unit = metrics.preset_unit(preset) if preset else ""
    form = MetricForm(answers.sent(request), preset=preset, unit=unit)
    if form.is_bound and form.is_valid():
        sent = {"preset": preset.code if preset else "", **form.cleaned_data}
        made = answers.tried(
            form, lambda: metrics.add(pilot=pilot, by=request.user, channel=Channel.WEB, **sent)
        )
        if made:
            return answers.done(request, pilot, f"“{made.name}” is measured from now on.")
    title = preset.name if preset else f"A success metric for {pilot.ref}"
    return answers.ask(
        request, pilot, form, title=title, button="Add the metric", preset=preset,
        template="portfolio/metric_form.html",
    )  # fmt: skip


def _preset(code: str) -> Preset | None:
    if code in ("", OWN):
        return None
    if code not in PRESETS:
        raise Http404("There is no such preset.")
    return PRESETS[code]


def _choose(request: Request, pilot: Pilot) -> HttpResponse:
    open_ = list(pilot.metrics.filter(until=None).values_list("preset", flat=True))
    context = {
        "pilot": pilot, "dialog": wants_partial(request),
        "groups": offered(uses_llm=pilot.uses_llm, used=frozenset(open_)),
        "llm_unknown": pilot.uses_llm is None, "page_url": reverse("pilot", args=[pilot.ref]),
    }  # fmt: skip
    return page_or_partial(request, "portfolio/metric_presets.html", "pilot-form", context)


@require_safe
def page(request: Request, ref: str, metric: int) -> TemplateResponse:
    """Everything about one metric, its readings in pages."""
    pilot = get_pilot(request.user, ref)
    one = find(pilot, metric)
    shown = metric_page(one, as_of=clock.today(), cursor=request.GET.get("cursor", ""))
    context = {"pilot": pilot, "page": shown, "may_edit": may_edit(request.user, pilot)}
    return page_or_partial(request, "portfolio/metric_page.html", "readings-page", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, ref: str, metric: int) -> HttpResponseBase:
    """Change what is measured. Who comes second sees both versions and loses nothing."""
    pilot = get_pilot(request.user, ref, need="edit")
    one = find(pilot, metric)
    form = MetricForm.of(answers.sent(request), one)
    if form.is_bound and form.is_valid():
        try:
            saved = answers.tried(
                form,
                lambda: metrics.edit(
                    metric=one, by=request.user, channel=Channel.WEB, **form.cleaned_data
                ),
            )
        except Conflict as conflict:
            return _both_versions(request, one, form, conflict.sentence)
        if saved:
            return to_metric(request, one, f"“{saved.name}” is saved.")
    return answers.ask(
        request, pilot, form, title=f"Change “{one.name}”", button="Save",
        template="portfolio/metric_form.html", page_url=address(one),
    )  # fmt: skip


def _both_versions(
    request: Request, one: Metric, form: MetricForm, sentence: str
) -> TemplateResponse:
    """What was sent stays in the boxes; beside it stands what is saved now."""
    now = Metric.objects.select_related("pilot").get(pk=one.pk)
    data = request.POST.copy()
    data["version"] = str(now.version)
    form.data = data
    yours = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    names = {name: str(field.label or name.capitalize()) for name, field in form.fields.items()}
    context = {
        "form": form, "pilot": one.pilot, "title": f"Change “{now.name}”", "button": "Save",
        "conflict": sentence, "theirs": theirs(now, yours, names), "page_url": address(one),
    }  # fmt: skip
    return TemplateResponse(request, "portfolio/metric_form.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: Request, ref: str, metric: int) -> HttpResponseBase:
    """Stop to measure it; the readings stay."""
    pilot = get_pilot(request.user, ref, need="edit")
    one = find(pilot, metric)
    form = EndForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        ended = answers.tried(
            form,
            lambda: metrics.end(
                metric=one, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if ended:
            return to_metric(request, one, f"“{one.name}” is not measured any more.")
    return answers.ask(
        request, pilot, form, title=f"End “{one.name}”", button="End the metric",
        page_url=address(one),
    )  # fmt: skip


@require_POST
def reopen(request: Request, ref: str, metric: int) -> HttpResponseBase:
    """Measure it again."""
    pilot = get_pilot(request.user, ref, need="edit")
    one = find(pilot, metric)
    metrics.reopen(metric=one, by=request.user, channel=Channel.WEB)
    return to_metric(request, one, f"“{one.name}” is measured again.")


def find(pilot: Pilot, number: int) -> Metric:
    """The metric of that number, if it is this pilot's."""
    one = pilot.metrics.select_related("pilot").filter(pk=number).first()
    if one is None:
        raise Http404("There is no such metric.")
    return one


def address(one: Metric) -> str:
    return reverse("metric", args=[one.pilot.ref, one.pk])


def to_metric(request: Request, one: Metric, said: str) -> HttpResponseBase:
    """Say what happened: in place on the pilot's page, else on the metric's."""
    if wants_partial(request):
        return answers.done(request, one.pilot, said)
    toast(request, said)
    return redirect(address(one))
