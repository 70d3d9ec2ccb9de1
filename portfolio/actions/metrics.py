"""Success metrics: what is measured, from where to where, and until when; and one reading."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock, company, text
from common.errors import Conflict, NotAllowed, Refused
from common.numbers import plain
from portfolio.access import may_edit
from portfolio.actions import events, flags
from portfolio.actions.pilots import locked
from portfolio.actions.records import sent_before
from portfolio.catalog.presets import CURRENCY, PRESETS, Preset
from portfolio.models import Direction, Metric, Pilot, Reading, ValuePer
from portfolio.models.metric import LIMIT
from portfolio.scoring import shares

EARLIEST = date(1950, 1, 1)
EDITABLE = frozenset(
    {"name", "unit", "direction", "technical", "value_per", "baseline", "target", "due",
     "cadence_days"}
)  # fmt: skip


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
    preset: str = "",
    technical: bool = False,
    value_per: str = "",
) -> Metric:
    """Say what value means for a pilot. Numbers are in `unit`, read every `cadence_days`.

    A preset that is one of a pair brings the other along, with the same target.
    """
    pilot = editable(pilot, by)
    ready = _preset(pilot, preset)
    values = {
        "name": name, "unit": preset_unit(ready) if ready and ready.unit_is_fixed else unit,
        "direction": direction, "technical": technical, "value_per": value_per,
        "baseline": baseline, "target": target, "due": due, "cadence_days": cadence_days,
    }  # fmt: skip
    metric = _create(pilot, by, channel, preset, _checked(pilot, values))
    if ready and ready.adds:
        ensure(pilot=pilot, by=by, channel=channel, preset=ready.adds, target=target)
    flags.sweep_pilots(pilots=[pilot.pk])
    return metric


def ensure(
    *, pilot: Pilot, by: User, channel: str, preset: str, target: Decimal | None = None
) -> Metric:
    """The pilot's metric of that preset, made as the preset says when there is none."""
    there = pilot.metrics.filter(preset=preset, until=None).first()
    if there:
        return there
    ready = PRESETS[preset]
    values = {
        "name": ready.name, "unit": preset_unit(ready), "direction": ready.direction,
        "technical": ready.technical, "target": target or ready.target,
        "cadence_days": ready.cadence_days,
    }  # fmt: skip
    return _create(pilot, by, channel, preset, _checked(pilot, values))


def _create(pilot: Pilot, by: User, channel: str, preset: str, values: dict[str, Any]) -> Metric:
    metric = Metric.objects.create(pilot=pilot, preset=preset, since=clock.today(), **values)
    said = {k: v for k, v in values.items() if k != "name" and v not in (None, "", False)}
    events.record(
        verb="metric.added", by=by, channel=channel, pilot=pilot,
        after={"metric": metric.name, **_numbers(said)},
    )  # fmt: skip
    return metric


@transaction.atomic
def edit(*, metric: Metric, by: User, channel: str, version: int, **values: Any) -> Metric:
    """Change what is measured. `version` is the one the form showed; another one is a Conflict."""
    pilot = editable(metric.pilot, by)
    metric = _locked(metric)
    if metric.version != version:
        raise Conflict(f"Somebody else changed “{metric.name}” while you were editing it.")
    unknown = values.keys() - EDITABLE
    if unknown:
        raise Refused(f"A metric has no {', '.join(sorted(unknown))} to change.")
    if metric.preset in PRESETS and PRESETS[metric.preset].unit_is_fixed:
        values.pop("unit", None)
    before, after = events.changed(metric, _checked(pilot, values, but=metric))
    if not after:
        return metric
    for field, value in after.items():
        setattr(metric, field, value)
    metric.version += 1
    metric.save()
    events.record(
        verb="metric.edited", by=by, channel=channel, pilot=pilot,
        before=_numbers(before), after={"metric": metric.name, **_numbers(after)},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return metric


@transaction.atomic
def end(*, metric: Metric, by: User, channel: str, reason: str) -> Metric:
    """Stop to measure it; its readings stay. Ending it twice ends it once."""
    pilot = editable(metric.pilot, by)
    metric = _locked(metric)
    reason = text.clean(reason, lines=True)
    if not reason:
        raise Refused("Say why it is not measured any more.", field="reason")
    if metric.until is not None:
        return metric
    metric.until = clock.today()
    metric.version += 1
    metric.save(update_fields=["until", "version"])
    events.record(
        verb="metric.ended", by=by, channel=channel, pilot=pilot, reason=reason,
        after={"metric": metric.name, "until": metric.until},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return metric


@transaction.atomic
def reopen(*, metric: Metric, by: User, channel: str) -> Metric:
    """Measure it again, as it was."""
    pilot = editable(metric.pilot, by)
    metric = _locked(metric)
    if metric.until is None:
        return metric
    if metric.preset and _used(pilot, metric.preset):
        raise Refused(f"{pilot.ref} has another metric of that kind by now.")
    _check_name(pilot, metric.name, metric)
    _check_value(pilot, metric.value_per, metric.technical, metric)
    before, metric.until = metric.until, None
    metric.version += 1
    metric.save(update_fields=["until", "version"])
    events.record(
        verb="metric.reopened", by=by, channel=channel, pilot=pilot,
        before={"until": before}, after={"metric": metric.name, "until": None},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return metric


@transaction.atomic
def read(
    *,
    metric: Metric,
    by: User,
    channel: str,
    value: Decimal | None = None,
    on: date | None = None,
    source: str = "",
    note: str = "",
    part: int | None = None,
    whole: int | None = None,
    token: UUID | None = None,
) -> Reading:
    """Record one dated value of a metric, or the two counts of a share.

    The same token again returns the reading that exists: a double click is one.
    """
    pilot = editable(metric.pilot, by)
    if there := sent_before(Reading, token, metric=metric):
        return there
    if metric.until is not None:
        raise Refused(f"“{metric.name}” has ended; reopen it to record readings.")
    if part is not None or whole is not None:
        value = share(part, whole)
    if value is None:
        raise Refused("A reading needs a value.", field="value")
    on = check_day(on or clock.today())
    check_number(value, "value")
    reading = Reading.objects.create(
        metric=metric, value=value, part=part, whole=whole, on=on, source=text.clean(source),
        note=text.clean(note, lines=True), author=by, recorded_at=clock.now(), token=token,
    )  # fmt: skip
    events.record(
        verb="reading.recorded", by=by, channel=channel, pilot=pilot,
        after={"metric": metric.name, "value": value, "on": on, "source": source},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return reading


def editable(pilot: Pilot, by: User) -> Pilot:
    """The pilot, locked, if the person may change what it measures."""
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the metrics of {pilot.ref}.")
    return pilot


def check_number(value: Decimal | None, field: str) -> None:
    if value is not None and not (value.is_finite() and abs(value) < LIMIT):
        raise Refused("That is not a number that can be kept.", field=field)


def check_day(on: date, field: str = "on") -> date:
    if on > clock.today():
        raise Refused("A reading cannot be of a day to come.", field=field)
    if on < EARLIEST:
        raise Refused("A reading cannot be older than 1950.", field=field)
    return on


def share(part: int | None, whole: int | None) -> Decimal:
    """Two counts as percent, to eight decimals."""
    if part is None or whole is None:
        raise Refused("A share needs both counts.", field="part" if part is None else "whole")
    if whole <= 0:
        raise Refused("Of nothing there is no share.", field="whole")
    if not 0 <= part <= whole:
        raise Refused("That is more than there are.", field="part")
    return shares.percent(part, whole)


def preset_unit(preset: Preset) -> str:
    """The unit of a preset; money is in the company's currency."""
    return company.current().currency if preset.unit == CURRENCY else preset.unit


def _locked(metric: Metric) -> Metric:
    return Metric.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=metric.pk)


def _preset(pilot: Pilot, code: str) -> Preset | None:
    if not code:
        return None
    if code not in PRESETS:
        raise Refused("There is no such preset.")
    if _used(pilot, code):
        raise Refused(f"{pilot.ref} has a metric of that kind already.")
    return PRESETS[code]


def _used(pilot: Pilot, code: str) -> bool:
    return pilot.metrics.filter(preset=code, until=None).exists()


def _checked(pilot: Pilot, values: dict[str, Any], *, but: Metric | None = None) -> dict[str, Any]:
    """The values as they are kept; Refused where one of them cannot be."""
    values = dict(values)
    for field in ("name", "unit"):
        if field in values:
            values[field] = text.clean(values[field])
    if "name" in values:
        _check_name(pilot, values["name"], but)
    for field in ("baseline", "target"):
        check_number(values.get(field), field)
    if values.get("direction", Direction.UP) not in Direction.values:
        raise Refused("Say whether higher or lower is better.", field="direction")
    technical = values.get("technical", bool(but and but.technical))
    _check_value(pilot, values.get("value_per", but.value_per if but else ""), technical, but)
    if values.get("cadence_days", 1) < 1:
        raise Refused("A metric is read every day at most.", field="cadence_days")
    return values


def _check_name(pilot: Pilot, name: str, but: Metric | None) -> None:
    if not name:
        raise Refused("A metric needs a name.", field="name")
    others = pilot.metrics.filter(name=name, until=None)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise Refused(f"{pilot.ref} has a metric “{name}” already.", field="name")


def _check_value(pilot: Pilot, per: str, technical: bool, but: Metric | None) -> None:
    if not per:
        return
    if per not in ValuePer.values:
        raise Refused("Say what a reading counts.", field="value_per")
    if technical:
        raise Refused("What measures the system is not the value itself.", field="value_per")
    others = pilot.metrics.filter(until=None).exclude(value_per="")
    other = (others.exclude(pk=but.pk) if but else others).first()
    if other:
        raise Refused(
            f"“{other.name}” stands for the value of {pilot.ref}; take that away there first.",
            field="value_per",
        )


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    return {k: plain(v) if isinstance(v, Decimal) else v for k, v in values.items()}
