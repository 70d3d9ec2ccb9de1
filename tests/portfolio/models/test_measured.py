"""What the database refuses of metrics, readings, raw tests and money, whoever writes it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portfolio.models import CostEntry, CostEstimate, Metric, Pilot, RawTest, Reading
from tests.factories import Cast, pilot

DAY = date(2026, 3, 2)
NOW = timezone.now()


def refused(name: str, write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def metric(one: Pilot, **values: object) -> Metric:
    return Metric.objects.create(**{"pilot": one, "name": "Hours", "since": DAY} | values)


def reading(of: Metric, **values: object) -> Reading:
    fields = {"metric": of, "value": Decimal(1), "on": DAY, "recorded_at": NOW} | values
    return Reading.objects.create(**fields)


def test_metrics(cast: Cast) -> None:
    one = pilot(cast.mona)
    metric(one, value_per="month")
    refused("one_stands_for_value", lambda: metric(one, name="Other", value_per="level"))
    refused("value_is_not_technical", lambda: metric(one, name="P", value_per="day", technical=1))
    refused("ends_after_it_begins", lambda: metric(one, name="E", until=date(2026, 3, 1)))
    metric(one, name="Budget", preset="latency")
    refused("preset_is_used_once", lambda: metric(one, name="Again", preset="latency"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("is_not_ancient", {"on": date(1949, 12, 31)}),
        ("part_is_of_a_whole", {"part": 3}),
        ("part_is_of_a_whole", {"part": 0, "whole": 0}),
        ("part_is_of_a_whole", {"part": 4, "whole": 3}),
        ("reason_needs_an_end", {"superseded_reason": "Typo"}),
    ],
)
def test_readings(cast: Cast, name: str, values: dict[str, object]) -> None:
    of = metric(pilot(cast.mona))
    refused(f"portfolio_reading_{name}", lambda: reading(of, **values))


def test_a_reading_is_superseded_by_another_and_sent_once(cast: Cast) -> None:
    of, token = metric(pilot(cast.mona)), uuid4()
    first = reading(of, token=token)
    refused("portfolio_reading_token", lambda: reading(of, token=token))
    refused("successor_needs_an_end", lambda: reading(of, superseded_by=first))
    own = Reading.objects.filter(pk=first.pk)
    refused("successor_needs_an_end", lambda: own.update(superseded_by=first.pk, superseded_at=NOW))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("raw_is_a_share", {"raw_sample": 0}),
        ("raw_is_a_share", {"raw_right": 201}),
        ("curated_is_a_share", {"curated_right": 11, "curated_sample": 10}),
        ("is_not_ancient", {"on": date(1900, 1, 1)}),
        ("reason_needs_an_end", {"superseded_reason": "Typo"}),
    ],
)
def test_raw_tests(cast: Cast, name: str, values: dict[str, object]) -> None:
    counts = {"raw_right": 0, "raw_sample": 200, "curated_right": 9, "curated_sample": 10}
    fields = {"pilot": pilot(cast.mona), "on": DAY, "random": True, "unprocessed": True,
              "recorded_at": NOW, **counts}  # fmt: skip
    refused(f"portfolio_rawtest_{name}", lambda: RawTest.objects.create(**fields | values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("amount_is_an_amount", {"amount": Decimal(-1)}),
        ("month_is_a_first_day", {"month": DAY}),
        ("month_is_a_first_day", {"month": date(1949, 1, 1)}),
        ("kind_is_known", {"kind": "champagne"}),
        ("reason_needs_an_end", {"superseded_reason": "Typo"}),
    ],
)
def test_cost_entries(cast: Cast, name: str, values: dict[str, object]) -> None:
    fields = {"pilot": pilot(cast.mona), "month": date(2026, 3, 1), "kind": "run",
              "amount": Decimal(5), "recorded_at": NOW}  # fmt: skip
    refused(f"portfolio_costentry_{name}", lambda: CostEntry.objects.create(**fields | values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("demo_has_a_price", {"demo_units": 0}),
        ("demo_has_a_price", {"demo_cost": Decimal(-1)}),
        ("month_has_days", {"days_per_month": 32}),
        ("fixed_is_an_amount", {"fixed_per_month": Decimal(-1)}),
        ("units_per_value_is_positive", {"units_per_value": Decimal(0)}),
        ("approval_has_a_person_and_a_day", {"approved_on": DAY}),
        ("reason_needs_an_end", {"superseded_reason": "Typo"}),
    ],
)
def test_cost_estimates(cast: Cast, name: str, values: dict[str, object]) -> None:
    fields = {"pilot": pilot(cast.mona), "on": DAY, "demo_cost": Decimal(30), "demo_units": 1000,
              "unit_name": "request", "volume_per_day": 10, "recorded_at": NOW}  # fmt: skip
    refused(
        f"portfolio_costestimate_{name}", lambda: CostEstimate.objects.create(**fields | values)
    )
    named = {"approver": cast.mona}
    refused("approval_has_a_person", lambda: CostEstimate.objects.create(**fields | named))
    approved = {"author": cast.mona, "approver": cast.mona, "approved_on": DAY}
    refused("is_approved_by_another", lambda: CostEstimate.objects.create(**fields | approved))
