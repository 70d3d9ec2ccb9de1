"""What Norddal measures of its systems and their use, and what it spends on them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import models

from accounts.models import User
from common.changes import plain
from common.numbers import with_unit
from config.demo import moments
from config.demo.chapters import KINDS as KINDS_OF_METRIC
from config.demo.plots import PILOT, PRODUCTION, ROLLOUT
from config.demo.shapes import Told
from portfolio.catalog.presets import (
    ADOPTION,
    CURATED,
    LATENCY,
    PRESETS,
    RAW,
    ROLLBACK,
)  # fmt: skip
from portfolio.models import (
    Channel,
    CostEntry,
    CostEstimate,
    CostKind,
    Event,
    Metric,
    Pilot,
    RawTest,
    Reading,
)  # fmt: skip
from portfolio.scoring.shares import percent

People = Mapping[str, User]
Row = Metric | RawTest | Reading | CostEntry | CostEstimate
KINDS: tuple[type[models.Model], ...] = (Metric, RawTest, Reading, CostEntry, CostEstimate)
FINANCE, SPONSOR = "Pierre Dumont", "Elisabeth Kranz"
LIVE = (ROLLOUT, PRODUCTION)


def at(day: date, hour: int = 15) -> datetime:
    return moments.at(day, hour)


def rows(one: Told, pilot: Pilot, people: People, today: date) -> Iterator[Row]:
    """Presets, tests and costs of a pilot, each with its own dice so that others stay the same."""
    dice = Random(f"{one.name} measures")  # noqa: S311 - dice, not secrets
    entered = next((span.bound for span in one.spans if span.stage == PILOT), None)
    active = one.stage.stage in (PILOT, *LIVE)
    author = people[one.registered_by]
    if active and entered and any(metric.until is None for metric in one.metrics):
        yield from _value(one, pilot, author, entered, today, dice)
        yield from _system(one, pilot, author, entered, today, dice)
        if dice.random() < 0.6:
            yield from _raw_test(pilot, author, entered, today, dice)
    if pilot.monthly_burn and dice.random() < 0.7:
        yield from _costs(one, pilot, author, today, dice)
        if entered and dice.random() < 0.6:
            yield from _estimates(pilot, author, people, entered, today, dice)


def _metric(pilot: Pilot, since: date, **values: Any) -> Metric:
    preset = PRESETS.get(values.get("preset", ""))
    usual: dict[str, Any] = {"pilot": pilot, "since": since}
    if preset:
        usual |= {
            "name": preset.name, "unit": preset.unit, "direction": preset.direction,
            "technical": preset.technical, "target": preset.target,
            "cadence_days": preset.cadence_days,
        }  # fmt: skip
    return Metric(**usual | values)


def _read(metric: Metric, on: date, value: object, author: User, **values: Any) -> Reading:
    usual = {"source": "Dashboard", "author": author, "recorded_at": at(on)}
    return Reading(metric=metric, on=on, value=Decimal(str(value)), **usual | values)


def _days(since: date, today: date, dice: Random) -> Iterator[date]:
    day = since + timedelta(days=14)
    while day < today:
        yield day
        day += timedelta(days=dice.randint(24, 33))


def _value(
    one: Told, pilot: Pilot, author: User, since: date, today: date, dice: Random
) -> Iterator[Row]:
    """Hours saved a week. At some pilots the system is fine and nobody gets anything from it."""
    metric = _metric(
        pilot, since, name="Hours saved a week", unit="h", baseline=Decimal(0),
        target=Decimal(120), value_per="week",
    )  # fmt: skip
    yield metric
    stuck = dice.random() < 0.25
    for place, day in enumerate(_days(since, today, dice)):
        hours = dice.randint(0, 9) if stuck else 18 + 9 * place + dice.randint(-4, 6)
        yield _read(metric, day, hours, author, source="Team survey")


def _system(
    one: Told, pilot: Pilot, author: User, since: date, today: date, dice: Random
) -> Iterator[Row]:
    latency = _metric(pilot, since, preset=LATENCY, baseline=Decimal(2400), target=Decimal(800))
    yield latency
    for day in _days(since, today, dice):
        yield _read(latency, day, dice.choice([540, 610, 640, 705, 760]), author)
    live = next((span.bound for span in one.spans if span.stage in LIVE), None)
    if live is None:
        return
    drill = _metric(pilot, live, preset=ROLLBACK, baseline=Decimal(168))
    yield drill
    if dice.random() < 0.8:
        on = min(live + timedelta(days=9), today)
        yield _read(drill, on, dice.choice(["0.5", "1.75", "2", "6"]), author, source="Drill")
    if any(metric.name == KINDS_OF_METRIC["adoption"][0] for metric in one.metrics):
        return
    adoption = _metric(pilot, live, preset=ADOPTION, baseline=Decimal(0), target=Decimal(60))
    yield adoption
    users, low = dice.choice([40, 120, 260]), dice.random() < 0.35
    for place, day in enumerate(_days(live, today, dice)):
        share = 12 + dice.randint(0, 9) if low else min(28 + 9 * place, 85)
        part = users * share // 100
        yield _read(
            adoption, day, percent(part, users), author, part=part, whole=users,
            source="Sign-ins of the week",
        )  # fmt: skip


def _raw_test(pilot: Pilot, author: User, since: date, today: date, dice: Random) -> Iterator[Row]:
    pair = {code: _metric(pilot, since, preset=code, target=Decimal(88)) for code in (CURATED, RAW)}
    yield from pair.values()
    on = since + timedelta(days=dice.randint(0, max((today - since).days - 3, 0)))
    sample = dice.choice([200, 200, 240, 120])
    right = sample * dice.choice([71, 74, 86, 88, 91]) // 100
    test = RawTest(
        pilot=pilot, on=on, raw_right=right, raw_sample=sample, curated_right=46,
        curated_sample=50, random=dice.random() < 0.8, unprocessed=dice.random() < 0.85,
        source="Archive of last month", author=author, recorded_at=at(on),
    )  # fmt: skip
    yield test
    common: dict[str, Any] = {"raw_test": test, "source": f"Test on {sample} raw records"}
    yield _read(pair[CURATED], on, percent(46, 50), author, part=46, whole=50, **common)
    yield _read(pair[RAW], on, percent(right, sample), author, part=right, whole=sample, **common)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _costs(one: Told, pilot: Pilot, author: User, today: date, dice: Random) -> Iterator[Row]:
    burn = pilot.monthly_burn or Decimal(1000)
    for place, month in enumerate(_months(one.registered, today)):
        parts = {CostKind.RUN: Decimal("0.25"), CostKind.LICENCES: Decimal("0.1")}
        if place < 5:
            parts |= {CostKind.BUILD: Decimal("0.5"), CostKind.DATA: Decimal("0.15")}
        for kind, share in parts.items():
            amount = (burn * share * dice.randint(90, 115) / 100).quantize(Decimal("0.01"))
            day = min(month + timedelta(days=27), today)
            yield CostEntry(
                pilot=pilot, month=month, kind=kind, amount=amount, source="Cost centre 4711",
                author=author, recorded_at=at(day, 16),
            )  # fmt: skip


def _estimates(
    pilot: Pilot, author: User, people: People, since: date, today: date, dice: Random
) -> Iterator[Row]:
    approved = dice.random() < 0.6 and author.name != FINANCE
    yield CostEstimate(
        pilot=pilot, on=since, demo_cost=Decimal(30), demo_units=dice.choice([900, 1500, 4000]),
        unit_name="request", volume_per_day=dice.choice([800, 6000, 100_000]), days_per_month=21,
        fixed_per_month=Decimal(450), units_per_value=Decimal(dice.choice([3, 5])),
        value_name="case handled", note="List prices; no discount assumed.", author=author,
        recorded_at=at(since), approver=people[FINANCE] if approved else None,
        approved_on=min(since + timedelta(days=8), today) if approved else None,
    )  # fmt: skip


def told(
    pairs: Sequence[tuple[Told, Pilot]], people: People, today: date
) -> tuple[list[Row], list[Event]]:
    """The rows of everybody, and what their histories say about them."""
    made = [row for one, pilot in pairs for row in rows(one, pilot, people, today)]
    return made, [event for row in made for event in _events(row)]


def _events(row: Row) -> Iterator[Event]:
    said = _told(row)
    if said:
        verb, on, after = said
        author = None if isinstance(row, Metric) else row.author
        pilot = row.metric.pilot if isinstance(row, Reading) else row.pilot
        yield Event(
            at=at(on), pilot=pilot, actor=author, verb=verb, channel=Channel.WEB, before={},
            after=plain(after),
        )  # fmt: skip


def _told(row: models.Model) -> tuple[str, date, dict[str, Any]] | None:
    match row:
        case Metric():
            return "metric.added", row.since, {"metric": row.name, "unit": row.unit}
        case Reading() if row.raw_test is None:
            return "reading.recorded", row.on, {"metric": row.metric.name, "value": row.value}
        case RawTest():
            return "raw_test.recorded", row.on, {
                "raw_records": f"{row.raw_right} of {row.raw_sample} right",
                "curated_records": f"{row.curated_right} of {row.curated_sample} right",
            }  # fmt: skip
        case CostEntry():
            return "cost.recorded", row.recorded_at.date(), {
                "month": row.month, "kind": row.kind, "amount": with_unit(row.amount, "EUR"),
            }  # fmt: skip
        case CostEstimate():
            return "estimate.made", row.on, {"volume_per_day": row.volume_per_day}
    return None
