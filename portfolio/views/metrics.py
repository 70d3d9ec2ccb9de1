"""Success metrics and their readings."""

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_http_methods

from portfolio.access import get_pilot
from portfolio.actions import metrics
from portfolio.forms.metrics import MetricForm, ReadingForm
from portfolio.models import Channel
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def metric(request: Request, ref: str) -> HttpResponseBase:
    """Say what success means."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = MetricForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        made = answers.tried(
            form,
            lambda: metrics.add(
                pilot=pilot, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if made:
            return answers.done(request, pilot, f"“{made.name}” is measured from now on.")
    title = f"A success metric for {pilot.ref}"
    return answers.ask(request, pilot, form, title=title, button="Add the metric")


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: Request, ref: str, metric: int) -> HttpResponseBase:
    """One dated value."""
    pilot = get_pilot(request.user, ref, need="edit")
    measured = pilot.metrics.select_related("pilot").filter(pk=metric, until=None).first()
    if measured is None:
        raise Http404("There is no such metric.")
    form = ReadingForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        made = answers.tried(
            form,
            lambda: metrics.read(
                metric=measured, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if made:
            return answers.done(request, pilot, f"Reading of “{measured.name}” recorded.")
    title = f"Read “{measured.name}”"
    return answers.ask(request, pilot, form, title=title, button="Record the reading")
