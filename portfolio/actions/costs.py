"""What a pilot cost, month by month, and what it would cost at full volume."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock, company, text
from common.errors import Conflict, NotAllowed, Refused
from common.numbers import with_unit
from portfolio.access import may_edit
from portfolio.actions import events
from portfolio.actions.pilots import locked
from portfolio.actions.records import sent_before
from portfolio.models import CostEntry, CostEstimate, CostKind, Pilot
from portfolio.models.cost import MOST

EARLIEST = date(1950, 1, 1)


@transaction.atomic
def record(
    *, pilot: Pilot, by: User, channel: str, month: date, kind: str, amount: Decimal,
    source: str = "", note: str = "", token: UUID | None = None,
) -> CostEntry:  # fmt: skip
    """Record what was spent in a month, in the company's currency; any day names the month.

    The same token again returns the entry that exists.
    """
    pilot = _editable(pilot, by)
    if there := sent_before(CostEntry, token, pilot=pilot):
        return there
    month = month.replace(day=1)
    if month > clock.today():
        raise Refused("What is spent in a month to come is a forecast.", field="month")
    if month < EARLIEST:
        raise Refused("A cost cannot be older than 1950.", field="month")
    if kind not in CostKind.values:
        raise Refused("Say what the money was for.", field="kind")
    entry = CostEntry.objects.create(
        pilot=pilot, month=month, kind=kind, amount=_amount(amount, "amount"),
        source=text.clean(source), note=text.clean(note, lines=True), author=by,
        recorded_at=clock.now(), token=token,
    )  # fmt: skip
    events.record(verb="cost.recorded", by=by, channel=channel, pilot=pilot, after=_told(entry))
    return entry


@transaction.atomic
def withdraw(
    *, row: CostEntry | CostEstimate, by: User, channel: str, reason: str
) -> CostEntry | CostEstimate:
    """Take out an entry or an estimate that was wrong; it stays to be seen."""
    pilot = _editable(row.pilot, by)
    kind = type(row)
    row = kind._default_manager.select_for_update().get(pk=row.pk)
    reason = text.clean(reason)
    if row.superseded_at is not None:
        raise Conflict("Somebody else took this out in the meantime.")
    if not reason:
        raise Refused("Say what was wrong.", field="reason")
    row.superseded_at, row.superseded_reason = clock.now(), reason[:500]
    row.save(update_fields=["superseded_at", "superseded_reason"])
    verb = "cost.withdrawn" if isinstance(row, CostEntry) else "estimate.withdrawn"
    before = _told(row) if isinstance(row, CostEntry) else _said(row)
    events.record(verb=verb, by=by, channel=channel, pilot=pilot, before=before, reason=reason)
    return row


@transaction.atomic
def estimate(
    *, pilot: Pilot, by: User, channel: str, demo_cost: Decimal, demo_units: int, unit_name: str,
    volume_per_day: int, days_per_month: int = 30, fixed_per_month: Decimal = Decimal(0),
    units_per_value: Decimal | None = None, value_name: str = "", note: str = "",
    token: UUID | None = None,
) -> CostEstimate:  # fmt: skip
    """Keep what an estimate starts from; what follows is computed whenever it is shown."""
    pilot = _editable(pilot, by)
    if there := sent_before(CostEstimate, token, pilot=pilot):
        return there
    if demo_units < 1:
        raise Refused("Of nothing there is no price.", field="demo_units")
    if not text.clean(unit_name):
        raise Refused("Say what one unit is.", field="unit_name")
    if not 1 <= days_per_month <= 31:
        raise Refused("A month has 1 to 31 days.", field="days_per_month")
    if units_per_value is not None and not 0 < units_per_value < 10**12:
        raise Refused("One unit of value takes more than nothing.", field="units_per_value")
    made = CostEstimate.objects.create(
        pilot=pilot, on=clock.today(), demo_cost=_amount(demo_cost, "demo_cost"),
        demo_units=demo_units, unit_name=text.clean(unit_name), volume_per_day=volume_per_day,
        days_per_month=days_per_month, fixed_per_month=_amount(fixed_per_month, "fixed_per_month"),
        units_per_value=units_per_value, value_name=text.clean(value_name),
        note=text.clean(note, lines=True), author=by, recorded_at=clock.now(), token=token,
    )  # fmt: skip
    events.record(verb="estimate.made", by=by, channel=channel, pilot=pilot, after=_said(made))
    return made


@transaction.atomic
def approve(*, row: CostEstimate, by: User, channel: str, approver: User, on: date) -> CostEstimate:
    """Record that finance approved an estimate: who and when. Nobody approves their own."""
    pilot = _editable(row.pilot, by)
    row = CostEstimate.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.superseded_at is not None or row.approver_id is not None:
        raise Conflict("Somebody else approved it or took it out in the meantime.")
    if approver.pk == row.author_id:
        raise Refused("Who made an estimate does not approve it.", field="approver")
    if not row.on <= on <= clock.today():
        raise Refused("It was approved after it was made, and not in the future.", field="on")
    row.approver, row.approved_on = approver, on
    row.save(update_fields=["approver", "approved_on"])
    events.record(
        verb="estimate.approved", by=by, channel=channel, pilot=pilot,
        after={**_said(row), "approver": approver, "approved_on": on},
    )  # fmt: skip
    return row


def _editable(pilot: Pilot, by: User) -> Pilot:
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the money of {pilot.ref}.")
    return pilot


def _amount(value: Decimal, field: str) -> Decimal:
    if not value.is_finite() or not 0 <= value < MOST:
        raise Refused("That is not an amount that can be kept.", field=field)
    return value


def _told(entry: CostEntry) -> dict[str, Any]:
    currency = company.current().currency
    return {
        "month": f"{entry.month:%b %Y}", "kind": CostKind(entry.kind).label,
        "amount": with_unit(entry.amount, currency), "source": entry.source,
    }  # fmt: skip


def _said(row: CostEstimate) -> dict[str, Any]:
    currency = company.current().currency
    return {
        "demo": f"{with_unit(row.demo_cost, currency)} for {row.demo_units:,} units",
        "one_unit": row.unit_name,
        "volume": f"{row.volume_per_day:,} a day",
        "fixed": with_unit(row.fixed_per_month, currency),
    }  # fmt: skip
