"""A pilot registered by mistake is removed here, and taken back."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import may_manage
from portfolio.actions import events, flags, import_units
from portfolio.actions.pilots import locked
from portfolio.models import Flag, Pilot


@transaction.atomic
def remove(*, pilot: Pilot, by: User, channel: str, reason: str) -> Pilot:
    """Take a pilot out of everything. What hangs on it is kept, so that it can be taken back."""
    pilot = locked(pilot)
    if not may_manage(by, pilot):
        raise NotAllowed(f"Only a portfolio manager of {pilot.unit} removes {pilot.ref}.")
    reason = text.clean(reason, lines=True)
    if not reason:
        raise Refused("Say why the pilot is removed.", field="reason")
    pilot.removed_at = clock.now()
    pilot.version += 1
    pilot.save(update_fields=["removed_at", "version"])
    events.record(verb="pilot.removed", by=by, channel=channel, pilot=pilot, reason=reason)
    flags.sweep_pilots(pilots=[pilot.pk])
    return pilot


@transaction.atomic
def take_back(*, pilot: Pilot, by: User, channel: str) -> Pilot:
    """Put a removed pilot back as it was, its snoozes too; flags are looked for anew."""
    rows = Pilot.everything.select_for_update(of=("self",)).select_related("unit")
    pilot = rows.get(pk=pilot.pk)
    if not may_manage(by, pilot):
        raise NotAllowed(f"Only a portfolio manager of {pilot.unit} takes {pilot.ref} back.")
    if pilot.merged_into_id:
        raise Refused(f"{pilot.ref} was merged; take the merge apart instead.")
    if pilot.removed_at is None:
        raise Conflict(f"{pilot.ref} is back already.")
    import_units.wake(
        units=[pilot.unit], by=by, channel=channel, reason=f"{pilot.ref} was taken back"
    )
    gone_since = pilot.removed_at
    pilot.removed_at = None
    pilot.version += 1
    pilot.save(update_fields=["removed_at", "version"])
    events.record(verb="pilot.taken_back", by=by, channel=channel, pilot=pilot)
    flags.sweep_pilots(pilots=[pilot.pk])
    snooze_again(pilot, since=gone_since)
    return pilot


def snooze_again(pilot: Pilot, *, since: datetime) -> None:
    """Flags that were snoozed when the pilot went, and are open again, stay snoozed."""
    closed = Flag.objects.filter(pilot=pilot, closed_at__gte=since)
    for old in closed.filter(snoozed_until__gte=clock.today()):
        Flag.objects.open().filter(pilot=pilot, rule=old.rule).update(
            snoozed_until=old.snoozed_until, snooze_reason=old.snooze_reason,
            snoozed_by=old.snoozed_by_id,
        )  # fmt: skip
