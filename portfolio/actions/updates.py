"""A status report is posted here, from the browser, an e-mail or the API."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events, flags, metrics
from portfolio.actions.pilots import locked
from portfolio.models import Health, Metric, Pilot, Update


@transaction.atomic
def post(
    *,
    pilot: Pilot,
    by: User,
    channel: str,
    health: str,
    note: str = "",
    next_step: str = "",
    next_step_due: date | None = None,
    token: UUID | None = None,
    readings: Mapping[Metric, Decimal] | None = None,
) -> Update:
    """Post an update, with readings of today if there are any.

    The same token again returns the update that exists: a double click is one.
    """
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not post an update of {pilot.ref}.")
    if token:
        existing = Update.objects.filter(token=token, pilot=pilot).first()
        if existing:
            return existing
    if health not in Health.values:
        raise Refused("Choose on track, at risk or off track.", field="health")
    next_step = text.clean(next_step)
    if len(next_step) > 500:
        raise Refused("The next step is longer than 500 characters.", field="next_step")
    if next_step_due and not next_step:
        raise Refused("Say what is due on that day.", field="next_step")
    today = clock.today()
    update = Update.objects.create(
        pilot=pilot,
        author=by,
        on=today,
        posted_at=clock.now(),
        health=health,
        note=text.clean(note, lines=True),
        next_step=next_step,
        next_step_due=next_step_due,
        channel=channel,
        token=token or uuid4(),
    )
    before = {"health": pilot.health, "last_update_on": pilot.last_update_on}
    pilot.health, pilot.last_update_on = health, today
    pilot.save(update_fields=["health", "last_update_on"])
    events.record(
        verb="update.posted", by=by, channel=channel, pilot=pilot, before=before,
        after={"health": health, "last_update_on": today, "update": update.pk},
    )  # fmt: skip
    for metric, value in (readings or {}).items():
        metrics.read(metric=metric, by=by, channel=channel, value=value, source="Update")
    flags.sweep_pilots(pilots=[pilot.pk])
    return update
