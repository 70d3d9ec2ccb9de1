"""Metrics that change and end, readings that come in numbers, and readings that were wrong."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import metrics, readings
from portfolio.models import Event, Metric, Reading
from portfolio.transfer.pasted import Pasted
from tests.factories import Cast, pilot

WEB = "web"


def measured(cast: Cast, **values: Any) -> Metric:
    one = pilot(cast.mona, owner=cast.alice)
    return metrics.add(
        pilot=one, by=cast.alice, channel=WEB, **{"name": "Minutes", "unit": "min"} | values
    )


def read(cast: Cast, metric: Metric, value: str = "12", **values: Any) -> Reading:
    return metrics.read(metric=metric, by=cast.alice, channel=WEB, value=Decimal(value), **values)


def last() -> Event:
    event = Event.objects.order_by("-id").first()
    assert event is not None
    return event


def test_a_wrong_reading_is_replaced_and_kept(cast: Cast) -> None:
    metric = measured(cast)
    wrong = read(cast, metric, "120", source="Log")
    right = readings.correct(
        reading=wrong, by=cast.alice, channel=WEB, value=Decimal("12.0"), reason="A zero too many",
        source="Log",
    )  # fmt: skip
    wrong.refresh_from_db()
    assert (wrong.value, wrong.superseded_by, wrong.superseded_reason) == (
        Decimal(120), right, "A zero too many",
    )  # fmt: skip
    assert list(metric.readings.filter(superseded_at=None)) == [right]
    event = last()
    assert (event.verb, event.reason) == ("reading.corrected", "A zero too many")
    assert (event.before["value"], event.after["value"]) == ("120 min", "12 min")


def test_who_corrects_what_was_corrected_is_told(cast: Cast) -> None:
    wrong = read(cast, measured(cast))
    by: dict[str, Any] = {"reading": wrong, "by": cast.alice, "channel": WEB, "reason": "Typo"}
    readings.withdraw(**by)
    with pytest.raises(Conflict):
        readings.correct(**by, value=Decimal(1))
    with pytest.raises(Conflict):
        readings.withdraw(**by)
    assert last().verb == "reading.withdrawn"


def test_a_correction_says_why_and_by_whom(cast: Cast) -> None:
    wrong = read(cast, measured(cast))
    by: dict[str, Any] = {"reading": wrong, "channel": WEB, "value": Decimal(1)}
    with pytest.raises(Refused, match="what was wrong"):
        readings.correct(by=cast.alice, reason=" \u202e ", **by)
    with pytest.raises(NotAllowed):
        readings.correct(by=cast.vera, reason="No", **by)
    for bad in ("NaN", "1e400"):
        with pytest.raises(Refused):
            readings.correct(by=cast.alice, reason="No", **by | {"value": Decimal(bad)})
    assert Reading.objects.count() == 1


def test_the_same_form_twice_is_one_reading(cast: Cast) -> None:
    metric, token = measured(cast), uuid4()
    first = read(cast, metric, token=token)
    assert read(cast, metric, token=token) == first
    rows = [
        Pasted(1, date(2026, 1, 1), Decimal(1), ""),
        Pasted(2, date(2026, 1, 2), Decimal(2), ""),
    ]
    many = {"metric": metric, "by": cast.alice, "channel": WEB, "rows": rows, "token": uuid4()}
    assert readings.record_many(**many) == 2
    assert readings.record_many(**many) == 0
    assert metric.readings.count() == 3
    assert last().after["readings"] == 2


@pytest.mark.parametrize("on", [date(1949, 12, 31), date(2090, 1, 1)])
def test_days_that_cannot_be(cast: Cast, on: date) -> None:
    metric = measured(cast)
    with pytest.raises(Refused):
        read(cast, metric, on=on)
    with pytest.raises(Refused):
        readings.record_many(
            metric=metric, by=cast.alice, channel=WEB, rows=[Pasted(1, on, Decimal(1), "")]
        )
    assert not metric.readings.exists()


def test_a_share_is_computed_from_its_counts(cast: Cast) -> None:
    metric = measured(cast, name="Adoption", preset="adoption")
    assert metric.unit == "%"
    one = metrics.read(metric=metric, by=cast.alice, channel=WEB, part=1, whole=3)
    assert one.value == Decimal("33.33333333")
    for part, whole in ((4, 3), (0, 0), (None, 3), (1, None)):
        with pytest.raises(Refused):
            metrics.read(metric=metric, by=cast.alice, channel=WEB, part=part, whole=whole)


def test_editing_keeps_the_version(cast: Cast) -> None:
    metric = measured(cast, baseline=Decimal(38))
    by: dict[str, Any] = {"metric": metric, "by": cast.alice, "channel": WEB}
    edited = metrics.edit(**by, version=1, target=Decimal("15.0"), name="Minutes a case")
    assert (edited.version, edited.target) == (2, Decimal(15))
    event = last()
    assert event.after == {"metric": "Minutes a case", "target": "15", "name": "Minutes a case"}
    with pytest.raises(Conflict):
        metrics.edit(**by, version=1, target=Decimal(14))
    with pytest.raises(Refused, match="no pilot"):
        metrics.edit(**by, version=2, pilot=3)
    assert metrics.edit(**by, version=2, target=Decimal(15)).version == 2  # Nothing changed.


def test_ended_and_reopened(cast: Cast) -> None:
    metric = measured(cast)
    by: dict[str, Any] = {"by": cast.alice, "channel": WEB}
    with pytest.raises(Refused, match="why"):
        metrics.end(metric=metric, reason="", **by)
    ended = metrics.end(metric=metric, reason="Another counts better", **by)
    assert ended.until == clock.today()
    with pytest.raises(Refused, match="ended"):
        read(cast, ended)
    other = metrics.add(pilot=metric.pilot, name="Minutes", **by)
    with pytest.raises(Refused, match="already"):
        metrics.reopen(metric=ended, **by)
    metrics.end(metric=other, reason="Twice", **by)
    assert metrics.reopen(metric=ended, **by).until is None
    assert last().verb == "metric.reopened"


def test_one_metric_stands_for_the_value(cast: Cast) -> None:
    metric = measured(cast, value_per="month")
    by: dict[str, Any] = {"pilot": metric.pilot, "by": cast.alice, "channel": WEB}
    with pytest.raises(Refused, match="“Minutes” stands for the value"):
        metrics.add(**by, name="Cases", value_per="day")
    with pytest.raises(Refused, match="not the value itself"):
        metrics.add(**by, name="Latency", value_per="day", technical=True)
    with pytest.raises(Refused, match="what a reading counts"):
        metrics.add(**by, name="Latency", value_per="century")


def test_a_preset_brings_its_pair_and_is_used_once(cast: Cast) -> None:
    raw = measured(cast, preset="accuracy_raw", name="Right on raw", target=Decimal(90))
    codes = raw.pilot.metrics.order_by("preset").values_list("preset", "unit", "target")
    assert list(codes) == [
        ("accuracy_curated", "%", Decimal(90)),
        ("accuracy_raw", "%", Decimal(90)),
    ]
    by: dict[str, Any] = {"pilot": raw.pilot, "by": cast.alice, "channel": WEB, "name": "Again"}
    with pytest.raises(Refused, match="of that kind already"):
        metrics.add(**by, preset="accuracy_raw")
    with pytest.raises(Refused, match="no such preset"):
        metrics.add(**by, preset="luck")
