"""Tests on raw records."""

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_http_methods

from portfolio.access import get_pilot
from portfolio.actions import raw_tests
from portfolio.catalog.presets import RAW
from portfolio.forms.metrics import RawTestForm, WithdrawForm
from portfolio.models import Channel
from portfolio.views import Request, answers
from portfolio.views.metrics import to_metric


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Request, ref: str) -> HttpResponseBase:
    """How often it is right on raw records, and on curated ones."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = RawTestForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        test = answers.tried(
            form,
            lambda: raw_tests.record(
                pilot=pilot, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if test:
            metric = pilot.metrics.select_related("pilot").get(preset=RAW, until=None)
            said = "it passes" if test.passes else "it does not pass as a test on raw records"
            return to_metric(request, metric, f"The test is recorded; {said}.")
    return answers.ask(
        request, pilot, form, title="A test on raw records", button="Record the test"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, ref: str, test: int) -> HttpResponseBase:
    """Take out a test that was wrong, with its readings."""
    pilot = get_pilot(request.user, ref, need="edit")
    wrong = pilot.raw_tests.select_related("pilot").filter(pk=test).first()
    if wrong is None:
        raise Http404("There is no such test.")
    form = WithdrawForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        gone = answers.tried(
            form,
            lambda: raw_tests.withdraw(
                test=wrong, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if gone:
            return answers.done(request, pilot, "The test and its readings are taken out.")
    return answers.ask(
        request, pilot, form, title="Take out a test on raw records", button="Take it out"
    )
