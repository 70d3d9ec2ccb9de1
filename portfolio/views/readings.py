"""Readings of a metric: one, several, and the right one for a wrong one."""

from typing import Any

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.htmx import toast
from portfolio.access import get_pilot
from portfolio.actions import metrics, readings
from portfolio.catalog.presets import ADOPTION
from portfolio.forms.metrics import CorrectionForm, PasteForm, ReadingForm
from portfolio.models import Channel, Metric, Pilot, Reading
from portfolio.queries import reading_rows
from portfolio.transfer import output
from portfolio.views import Request, answers
from portfolio.views.metrics import address, find, to_metric


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: Request, ref: str, metric: int) -> HttpResponseBase:
    """One dated value."""
    pilot = get_pilot(request.user, ref, need="edit")
    measured = _open(pilot, metric)
    intended = pilot.intended_users if measured.preset == ADOPTION else None
    form = ReadingForm(answers.sent(request), metric=measured, intended=intended)
    if form.is_bound and form.is_valid():
        made = answers.tried(
            form,
            lambda: metrics.read(
                metric=measured, by=request.user, channel=Channel.WEB, **form.cleaned_data
            ),
        )
        if made:
            return to_metric(request, measured, f"Reading of “{measured.name}” recorded.")
    title = f"Read “{measured.name}”"
    return answers.ask(request, pilot, form, title=title, button="Record the reading")


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: Request, ref: str, metric: int) -> HttpResponseBase:
    """Several readings, a line each; all of them or none."""
    pilot = get_pilot(request.user, ref, need="edit")
    measured = _open(pilot, metric)
    form = PasteForm(answers.sent(request), metric=measured)
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        count = answers.tried(
            form,
            lambda: readings.record_many(
                metric=measured, by=request.user, channel=Channel.WEB, rows=form.rows,
                source=sent["source"], token=sent["token"],
            ),
        )  # fmt: skip
        if count is not None:
            return to_metric(request, measured, f"{len(form.rows)} readings recorded.")
    return answers.ask(
        request, pilot, form, title=f"Paste readings of “{measured.name}”",
        button="Record the readings", page_url=address(measured),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Request, ref: str, metric: int, reading: int) -> HttpResponseBase:
    """Put the right reading in the place of a wrong one; the wrong one stays to be seen."""
    pilot = get_pilot(request.user, ref, need="edit")
    measured = find(pilot, metric)
    wrong = measured.readings.select_related("metric__pilot").filter(pk=reading).first()
    if wrong is None:
        raise Http404("There is no such reading.")
    form = CorrectionForm(answers.sent(request), reading=wrong)
    if form.is_bound and form.is_valid():
        done = answers.tried(form, lambda: _correct(request, wrong, form.cleaned_data))
        if done:
            toast(request, "The reading is corrected.")
            return redirect(address(measured))
    return answers.ask(
        request, pilot, form, title=f"Correct a reading of “{measured.name}”",
        button="Correct the reading", page_url=address(measured),
    )  # fmt: skip


def _correct(request: Request, wrong: Reading, sent: dict[str, Any]) -> Reading:
    values = dict(sent)
    by: dict[str, Any] = {"reading": wrong, "by": request.user, "channel": Channel.WEB}
    if values.pop("withdraw"):
        return readings.withdraw(**by, reason=values["reason"])
    return readings.correct(**by, **values)


@require_safe
def export(request: Request, ref: str) -> StreamingHttpResponse:
    """Every reading of a pilot as CSV, also the superseded ones, which say so."""
    pilot = get_pilot(request.user, ref)
    lines = output.csv_lines(reading_rows.COLUMNS, reading_rows.rows(pilot.pk), mark=True)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{pilot.ref}-readings-{clock.today()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _open(pilot: Pilot, number: int) -> Metric:
    measured = find(pilot, number)
    if measured.until is not None:
        raise Http404("There is no such metric.")
    return measured
