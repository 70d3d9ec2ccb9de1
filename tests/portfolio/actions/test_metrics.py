from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from common import clock
from common.errors import NotAllowed, Refused
from portfolio.actions import metrics
from portfolio.models import Event, Metric, Pilot
from tests.factories import Cast, pilot


def add(cast: Cast, one: Pilot, **values: Any) -> Metric:
    return metrics.add(pilot=one, by=cast.mona, channel="web", name="Hours saved", **values)


def test_a_metric_and_its_reading(cast: Cast) -> None:
    metric = add(cast, pilot(cast.mona), unit="h", target=Decimal("120.5"))
    metrics.read(
        metric=metric, by=cast.mona, channel="web", value=Decimal("0.1"), source="Time sheet"
    )
    reading = metric.readings.get()
    assert (reading.value, reading.on) == (Decimal("0.1"), clock.today())
    told = Event.objects.filter(pilot=metric.pilot).order_by("id")
    verbs = list(told.values_list("verb", flat=True))
    assert verbs == ["pilot.registered", "metric.added", "reading.recorded"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "-1e18"])
def test_a_number_that_is_none(cast: Cast, value: str) -> None:
    one = pilot(cast.mona)
    with pytest.raises(Refused):
        add(cast, one, target=Decimal(value))
    metric = add(cast, one)
    with pytest.raises(Refused):
        metrics.read(metric=metric, by=cast.mona, channel="web", value=Decimal(value))


def test_a_reading_of_tomorrow(cast: Cast) -> None:
    metric = add(cast, pilot(cast.mona))
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Refused):
        metrics.read(metric=metric, by=cast.mona, channel="web", value=Decimal(1), on=tomorrow)


def test_the_same_name_twice(cast: Cast) -> None:
    one = pilot(cast.mona)
    add(cast, one)
    with pytest.raises(Refused, match="already"):
        add(cast, one)


def test_a_stranger_measures_nothing(cast: Cast) -> None:
    metric = add(cast, pilot(cast.mona))
    with pytest.raises(NotAllowed):
        metrics.read(metric=metric, by=cast.charlie, channel="web", value=Decimal(1))
