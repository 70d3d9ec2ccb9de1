"""Success metrics and their readings."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events, flags
from portfolio.actions.pilots import locked
from portfolio.models import Direction, Metric, Pilot, Reading
from portfolio.models.metric import LIMIT


@transaction.atomic
def add(
    *,
    pilot: Pilot,
    by: User,
    channel: str,
    name: str,
    unit: str = "",
    direction: str = Direction.UP,
    baseline: Decimal | None = None,
    target: Decimal | None = None,
    due: date | None = None,
    cadence_days: int = 30,
) -> Metric:
    """Say what value means for a pilot. Numbers are in `unit`, read every `cadence_days`."""
    pilot = _editable(pilot, by)
    name = text.clean(name)
    if not name:
        raise Refused("A metric needs a name.", field="name")
    if pilot.metrics.filter(name=name, until=None).exists():
        raise Refused(f"{pilot.ref} has a metric “{name}” already.", field="name")
    for field, value in (("baseline", baseline), ("target", target)):
        _check_number(value, field)
    metric = Metric.objects.create(
        pilot=pilot, name=name, unit=text.clean(unit), direction=direction, baseline=baseline,
        target=target, due=due, cadence_days=cadence_days, since=clock.today(),
    )  # fmt: skip
    events.record(
        verb="metric.added", by=by, channel=channel, pilot=pilot,
        after={"metric": name, "unit": unit, "baseline": baseline, "target": target, "due": due},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return metric


@transaction.atomic
def read(
    *,
    metric: Metric,
    by: User,
    channel: str,
    value: Decimal,
    on: date | None = None,
    source: str = "",
    note: str = "",
) -> Reading:
    """Record one dated value of a metric."""
    pilot = _editable(metric.pilot, by)
    on = on or clock.today()
    if on > clock.today():
        raise Refused("A reading cannot be of a day to come.", field="on")
    _check_number(value, "value")
    reading = Reading.objects.create(
        metric=metric, value=value, on=on, source=text.clean(source),
        note=text.clean(note, lines=True), author=by, recorded_at=clock.now(),
    )  # fmt: skip
    events.record(
        verb="reading.recorded", by=by, channel=channel, pilot=pilot,
        after={"metric": metric.name, "value": value, "on": on, "source": source},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return reading


def _editable(pilot: Pilot, by: User) -> Pilot:
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the metrics of {pilot.ref}.")
    return pilot


def _check_number(value: Decimal | None, field: str) -> None:
    if value is not None and not (value.is_finite() and abs(value) < LIMIT):
        raise Refused("That is not a number that can be kept.", field=field)
