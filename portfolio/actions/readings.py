"""Readings that come many at once, and readings that were wrong."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, Refused
from common.numbers import with_unit
from portfolio.actions import events, flags
from portfolio.actions.metrics import check_day, check_number, editable, share
from portfolio.actions.records import USED, one_at_a_time
from portfolio.models import Metric, Reading
from portfolio.transfer.pasted import Pasted


@transaction.atomic
def record_many(
    *, metric: Metric, by: User, channel: str, rows: Sequence[Pasted], source: str = "",
    token: UUID | None = None,
) -> int:  # fmt: skip
    """Record several readings in one go, with one event. The same token again records none."""
    pilot = editable(metric.pilot, by)
    if not rows:
        raise Refused("There is no reading in that.", field="lines")
    if metric.until is not None:
        raise Refused(f"“{metric.name}” has ended; reopen it to record readings.")
    if token:
        one_at_a_time(token)
    tokens = [uuid5(token, str(row.line)) if token else None for row in rows]
    there = Reading.objects.filter(token__in=tokens).first() if token else None
    if there and there.metric_id != metric.pk:
        raise Refused(USED)
    if there:
        return 0
    for row in rows:
        check_number(row.value, "lines")
        check_day(row.on, "lines")
    source, now = text.clean(source), clock.now()
    Reading.objects.bulk_create(
        Reading(
            metric=metric, value=row.value, on=row.on, source=row.source or source, author=by,
            recorded_at=now, token=key,
        )
        for row, key in zip(rows, tokens, strict=True)
    )  # fmt: skip
    days = [row.on for row in rows]
    events.record(
        verb="readings.recorded", by=by, channel=channel, pilot=pilot,
        after={"metric": metric.name, "readings": len(rows), "from": min(days), "to": max(days),
               "source": source},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return len(rows)


@transaction.atomic
def correct(
    *,
    reading: Reading,
    by: User,
    channel: str,
    reason: str,
    value: Decimal | None = None,
    part: int | None = None,
    whole: int | None = None,
    on: date | None = None,
    source: str = "",
    note: str = "",
) -> Reading:
    """Put a right reading in the place of a wrong one, which stays to be seen."""
    reading, reason = _current(reading, by, reason)
    if part is not None or whole is not None:
        value = share(part, whole)
    if value is None:
        raise Refused("A reading needs a value.", field="value")
    check_number(value, "value")
    now = clock.now()
    right = Reading.objects.create(
        metric=reading.metric, value=value, part=part, whole=whole,
        on=check_day(on or reading.on), source=text.clean(source),
        note=text.clean(note, lines=True), author=by, recorded_at=now,
    )  # fmt: skip
    _supersede(reading, reason, right)
    events.record(
        verb="reading.corrected", by=by, channel=channel, pilot=reading.metric.pilot,
        before=_told(reading), after={"metric": reading.metric.name, **_told(right)},
        reason=reason,
    )  # fmt: skip
    flags.sweep_pilots(pilots=[reading.metric.pilot_id])
    return right


@transaction.atomic
def withdraw(*, reading: Reading, by: User, channel: str, reason: str) -> Reading:
    """Take out a reading that should not be there; it stays to be seen."""
    reading, reason = _current(reading, by, reason)
    _supersede(reading, reason, None)
    events.record(
        verb="reading.withdrawn", by=by, channel=channel, pilot=reading.metric.pilot,
        before=_told(reading), after={"metric": reading.metric.name}, reason=reason,
    )  # fmt: skip
    flags.sweep_pilots(pilots=[reading.metric.pilot_id])
    return reading


def _current(reading: Reading, by: User, reason: str) -> tuple[Reading, str]:
    editable(reading.metric.pilot, by)
    reading = (
        Reading.objects.select_for_update(of=("self",))
        .select_related("metric__pilot")
        .get(pk=reading.pk)
    )
    if reading.superseded_at is not None:
        raise Conflict("Somebody else corrected this reading in the meantime.")
    if reading.raw_test_id is not None:
        raise Refused("This reading comes from a test on raw records; withdraw that one.")
    reason = text.clean(reason)
    if not reason:
        raise Refused("Say what was wrong.", field="reason")
    return reading, reason


def _supersede(reading: Reading, reason: str, right: Reading | None) -> None:
    reading.superseded_at, reading.superseded_reason = clock.now(), reason[:500]
    reading.superseded_by = right
    reading.save(update_fields=["superseded_at", "superseded_reason", "superseded_by"])


def _told(reading: Reading) -> dict[str, Any]:
    return {
        "value": with_unit(reading.value, reading.metric.unit), "on": reading.on,
        "source": reading.source,
    }  # fmt: skip
