"""Metrics and readings through HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from common import clock
from portfolio.actions import metrics
from portfolio.models import Channel, Metric, Pilot, Reading
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text

WEB = Channel.WEB
TODAY = "2026-11-20"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(f"{TODAY}T12:00:00Z", tick=False):
        yield


def measured(cast: Cast, **values: Any) -> Metric:
    pilot = factories.pilot(cast.mona, "Coin counter", owner=cast.alice)
    given = {"name": "Minutes", "unit": "min", "direction": "down", "baseline": Decimal(38),
             "target": Decimal(15)}  # fmt: skip
    return metrics.add(pilot=pilot, by=cast.alice, channel=WEB, **given | values)


def url(metric: Metric, end: str = "") -> str:
    return f"/pilots/{metric.pilot.ref}/metrics/{metric.pk}/{end}"


def fill(cast: Cast, metric: Metric, count: int) -> None:
    now = clock.now()
    Reading.objects.bulk_create(
        Reading(metric=metric, value=Decimal(38) - n, on=clock.today() - timedelta(days=count - n),
                author=cast.alice, recorded_at=now)
        for n in range(count)
    )  # fmt: skip


def test_the_page_shows_every_reading_in_pages(cast: Cast) -> None:
    metric = measured(cast)
    fill(cast, metric, 70)
    client, seen, pages, there = as_(cast.vera), 0, 0, url(metric)
    while there:
        response = client.get(there, headers=HTMX if pages else {})
        seen += text(response).count("<tr><td>")
        pages += 1
        following = response.context["page"].readings.next
        there = f"{url(metric)}?cursor={following}" if following else ""
    assert (seen, pages) == (70, 3)
    html = text(client.get(url(metric)))
    for words in ("Minutes", "of the way", "past the target", "baseline 38", "Read every",
                  'class="plot"', "12 readings"):  # fmt: skip
        assert words in html, words
    assert "Correct" not in html  # Vera may not.


def test_statements_do_not_grow_with_readings_or_metrics(cast: Cast) -> None:
    metric = measured(cast)
    client = as_(cast.alice)
    one, page = statements(client, f"/pilots/{metric.pilot.ref}/"), statements(client, url(metric))
    for count in (10, 50):
        while Metric.objects.count() < count:
            name = f"M{Metric.objects.count()}"
            another = metrics.add(pilot=metric.pilot, by=cast.alice, channel=WEB, name=name)
            fill(cast, another, 14)
        fill(cast, metric, count)
        assert statements(client, f"/pilots/{metric.pilot.ref}/") == one
        assert statements(client, url(metric)) == page <= 9


def test_a_metric_is_made_from_a_preset(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    client = as_(cast.alice)
    here = f"/pilots/{pilot.ref}/metrics/"
    html = text(client.get(here))
    assert "Adoption" in html
    assert "Hallucination" not in html  # Nobody said that it uses a language model.
    assert html.index("Time to roll back") < html.index("A metric of your own")
    Pilot.objects.filter(pk=pilot.pk).update(uses_llm=True)
    assert "Hallucination" in text(client.get(here, headers=HTMX))
    form = client.get(f"{here}?preset=time_to_roll_back").context["form"]
    assert form["target"].value() == 2
    sent = {"name": "Roll back", "direction": "down", "target": "2", "cadence_days": "180",
            "technical": "on", "unit": "years"}  # fmt: skip
    assert client.post(f"{here}?preset=time_to_roll_back", sent).status_code == 302
    metric = pilot.metrics.get()
    assert (metric.unit, metric.preset, metric.target) == ("h", "time_to_roll_back", Decimal(2))
    assert "Time to roll back" not in text(client.get(here))
    assert "Day of the drill" in text(client.get(url(metric, "read/")))
    assert client.get(f"{here}?preset=luck").status_code == 404


def test_a_share_asks_for_two_counts(cast: Cast) -> None:
    metric = measured(cast, name="Adoption", preset="adoption", direction="up", target=Decimal(60))
    Pilot.objects.update(intended_users=200)
    client = as_(cast.alice)
    assert 'value="200"' in text(client.get(url(metric, "read/")))
    sent = {"part": "50", "whole": "200", "on": TODAY}
    assert client.post(url(metric, "read/"), sent).status_code == 302
    html = text(client.get(url(metric)))
    for words in ("25 %", "50 of 200", "19.5 to 31.4 %", "not on target"):
        assert words in html, words
    assert client.post(url(metric, "read/"), sent | {"part": "201"}).status_code == 422
    assert client.post(url(metric, "read/"), sent | {"whole": "0"}).status_code == 422
    assert client.post(url(metric, "read/"), {"value": "31", "on": TODAY}).status_code == 302


def test_a_reading_is_corrected_and_taken_out(cast: Cast) -> None:
    metric = measured(cast)
    wrong = metrics.read(metric=metric, by=cast.alice, channel=WEB, value=Decimal(120))
    client = as_(cast.alice)
    here = url(metric, f"readings/{wrong.pk}/")
    sent = {"value": "12", "on": TODAY, "reason": "<b>A zero</b> too many"}
    assert client.post(here, sent | {"reason": ""}).status_code == 422
    assert client.post(here, sent).status_code == 302
    html = text(client.get(url(metric)))
    assert "<del>120 min</del>" in html
    assert "&lt;b&gt;A zero&lt;/b&gt; too many" in html
    assert client.post(here, sent).status_code == 409
    right = metric.readings.get(superseded_at=None)
    gone = sent | {"withdraw": "on", "reason": "Not ours"}
    assert client.post(url(metric, f"readings/{right.pk}/"), gone).status_code == 302
    assert "Taken out" in text(client.get(url(metric)))
    assert not metric.readings.filter(superseded_at=None).exists()
    history = text(client.get(f"/pilots/{metric.pilot.ref}/history/"))
    assert "corrected a reading" in history
    assert "<del>120 min</del> → <ins>12 min</ins>" in history
    assert client.get(url(metric, "readings/999999/")).status_code == 404


def test_several_readings_are_pasted(cast: Cast) -> None:
    metric = measured(cast)
    client = as_(cast.alice)
    here = url(metric, "paste/")
    token = client.get(here).context["form"]["token"].value()
    lines = "2026-01-05, 37\n2026-02-05, thirty\n2026-03-05, 31 min, Log\n"
    response = client.post(here, {"lines": lines, "token": token})
    assert response.status_code == 422
    assert "Line 2: 2026-02-05, thirty - “thirty” is not a number." in text(response)
    assert lines in text(response).replace("\r", "")
    assert not metric.readings.exists()
    sent = {"lines": lines.replace("thirty", "34"), "token": token, "source": "Sheet"}
    assert client.post(here, sent).status_code == 302
    found = metric.readings.order_by("on").values_list("value", "source")
    assert list(found) == [
        (Decimal(37), "Sheet"),
        (Decimal(34), "Sheet"),
        (Decimal(31), "Log"),
    ]
    assert "reading of that day already" in text(client.post(here, sent))
    assert metric.readings.count() == 3
    assert client.post(here, {"lines": "x" * 200_000, "token": token}).status_code in (400, 422)


def edited(client: Any, metric: Metric) -> dict[str, Any]:
    form = client.get(url(metric, "edit/")).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_who_edits_second_sees_both_versions(cast: Cast) -> None:
    metric = measured(cast)
    client = as_(cast.alice)
    sent = edited(client, metric)
    metrics.edit(metric=metric, by=cast.mona, channel=WEB, version=1, target=Decimal(20))
    mine = sent | {"target": "12.5", "pilot": "1", "preset": "adoption", "until": "2026-01-01"}
    response = client.post(url(metric, "edit/"), mine)
    assert response.status_code == 409
    assert "<td>20</td><td>12.5</td>" in text(response)
    again = mine | {"version": response.context["form"].data["version"]}
    assert client.post(url(metric, "edit/"), again).status_code == 302
    metric.refresh_from_db()
    assert (metric.target, metric.preset, metric.until) == (Decimal("12.5"), "", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("target", "NaN"), ("baseline", "1e400"), ("name", "x" * 10_000), ("name", "\u202e"),
     ("cadence_days", "0"), ("direction", "sideways"), ("value_per", "century"),
     ("due", "9999-12-31"), ("version", "")],
)  # fmt: skip
def test_bad_edits(cast: Cast, field: str, value: str) -> None:
    metric = measured(cast)
    client = as_(cast.alice)
    response = client.post(url(metric, "edit/"), edited(client, metric) | {field: value})
    assert response.status_code == 422
    assert "errorlist" in text(response)


def test_ended_and_reopened(cast: Cast) -> None:
    metric = measured(cast)
    client = as_(cast.alice)
    assert client.post(url(metric, "end/"), {"reason": ""}).status_code == 422
    assert client.post(url(metric, "end/"), {"reason": "Replaced"}).status_code == 302
    assert "Not measured any more" in text(client.get(url(metric)))
    assert client.get(url(metric, "read/")).status_code == 404
    assert "Not measured any more: <a" in text(client.get(f"/pilots/{metric.pilot.ref}/"))
    assert client.get(url(metric, "reopen/")).status_code == 405
    assert client.post(url(metric, "reopen/")).status_code == 302
    assert "Not measured" not in text(client.get(url(metric)))


def test_a_vague_metric_is_said_to_be_vague(cast: Cast) -> None:
    metric = measured(cast, unit="", target=None, name="Better answers")
    assert "Vague: no unit and no target." in text(as_(cast.vera).get(url(metric)))
    assert "Vague" in text(as_(cast.vera).get(f"/pilots/{metric.pilot.ref}/"))


def test_the_readings_as_a_file_no_spreadsheet_runs(cast: Cast) -> None:
    metric = measured(cast, name="=HYPERLINK(1)")
    metrics.read(metric=metric, by=cast.alice, channel=WEB, value=Decimal("-12.50"),
                 source="+cmd|' /C calc'!A0", note="@x")  # fmt: skip
    response = as_(cast.vera).get(f"/pilots/{metric.pilot.ref}/readings.csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[1].startswith(f"'=HYPERLINK(1),{TODAY},'-12.5,min,")
    assert "'+cmd|' /C calc'!A0,'@x" in lines[1]
