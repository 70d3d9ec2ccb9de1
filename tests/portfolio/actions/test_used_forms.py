"""A form that made something already makes nothing somewhere else."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from common import clock
from common.errors import Refused
from portfolio.actions import costs, metrics, raw_tests, readings, updates
from portfolio.models import Channel, Metric, Pilot, Reading
from portfolio.transfer.pasted import Pasted
from tests.factories import Cast, pilot

pytestmark = pytest.mark.django_db


def _metric(one: Pilot, by: Any) -> Metric:
    found = one.metrics.filter(name="Minutes").first()
    return found or metrics.add(
        pilot=one, by=by, channel=Channel.WEB, name="Minutes", unit="min", baseline=Decimal(9)
    )


def post(one: Pilot, by: Any, token: UUID) -> Any:
    return updates.post(pilot=one, by=by, channel=Channel.WEB, health="on_track", token=token)


def spend(one: Pilot, by: Any, token: UUID) -> Any:
    return costs.record(
        pilot=one, by=by, channel=Channel.WEB, month=clock.today(), kind="build",
        amount=Decimal(5), token=token,
    )  # fmt: skip


def estimate(one: Pilot, by: Any, token: UUID) -> Any:
    return costs.estimate(
        pilot=one, by=by, channel=Channel.WEB, demo_cost=Decimal(5), demo_units=5,
        unit_name="letter", volume_per_day=5, token=token,
    )  # fmt: skip


def read(one: Pilot, by: Any, token: UUID) -> Any:
    return metrics.read(
        metric=_metric(one, by), by=by, channel=Channel.WEB, value=Decimal(1), token=token
    )


def paste(one: Pilot, by: Any, token: UUID) -> Any:
    row = Pasted(line=1, on=clock.today(), value=Decimal(2), source="")
    return readings.record_many(
        metric=_metric(one, by), by=by, channel=Channel.WEB, rows=[row], token=token
    )


def try_raw(one: Pilot, by: Any, token: UUID) -> Any:
    return raw_tests.record(
        pilot=one, by=by, channel=Channel.WEB, on=clock.today(), raw_right=1, raw_sample=2,
        curated_right=1, curated_sample=2, random=True, unprocessed=True, token=token,
    )  # fmt: skip


@pytest.mark.parametrize("send", [post, spend, estimate, read, paste, try_raw])
def test_a_form_counts_once_and_for_one_pilot(cast: Cast, send: Callable[..., Any]) -> None:
    one, other, token = pilot(cast.mona, "One"), pilot(cast.mona, "Other"), uuid4()
    first = send(one, cast.mona, token)
    again = send(one, cast.mona, token)
    assert again == (0 if send is paste else first)
    with pytest.raises(Refused, match="used already"):
        send(other, cast.mona, token)
    assert not Reading.objects.filter(metric__pilot=other).exists()
