"""A status report is posted here, from the browser, an e-mail or the API, and taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events, flags, metrics
from portfolio.actions import readings as corrections
from portfolio.actions.pilots import locked
from portfolio.actions.records import sent_before
from portfolio.models import Blocker, Event, Health, Metric, Pilot, Reading, Update

UNDO = timedelta(seconds=10)
# What the button offers for ten seconds may be some more on the way.
GRACE = timedelta(seconds=5)


@dataclass(frozen=True)
class Read:
    """A reading that comes with an update; `on` None is today."""

    metric: Metric
    value: Decimal
    on: date | None = None


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
    blocker: str = "",
    seen_working: bool = False,
    token: UUID | None = None,
    readings: Iterable[Read] = (),
) -> Update:
    """Post an update, with readings if there are any.

    `seen_working` says that its author saw the pilot work today. The same token again returns the
    update that exists: a double click is one.
    """
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not post an update of {pilot.ref}.")
    if there := sent_before(Update, token, pilot=pilot):
        if there.taken_back_at:
            raise Refused(
                "That update was taken back. Send it again to post it anew.", field="token"
            )
        return there
    next_step = text.clean(next_step)
    _check(health, next_step, next_step_due, blocker)
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
        blocker=blocker,
        channel=channel,
        token=token or uuid4(),
    )
    before, after = _show(pilot, health, today, today if seen_working else None)
    with flags.together():
        rows = [
            metrics.read(metric=r.metric, by=by, channel=channel, value=r.value, on=r.on,
                         source="Update")
            for r in readings
        ]  # fmt: skip
        flags.sweep_pilots(pilots=[pilot.pk])
    also = {"blocker": blocker, "update": update.pk, "readings": [row.pk for row in rows]}
    events.record(
        verb="update.posted", by=by, channel=channel, pilot=pilot, before=before,
        after={**after, **{name: value for name, value in also.items() if value}},
    )  # fmt: skip
    return update


def _check(health: str, next_step: str, due: date | None, blocker: str) -> None:
    if health not in Health.values:
        raise Refused("Choose on track, at risk or off track.", field="health")
    if len(next_step) > 500:
        raise Refused("The next step is longer than 500 characters.", field="next_step")
    if due and not next_step:
        raise Refused("Say what is due on that day.", field="next_step")
    if blocker and blocker not in Blocker.values:
        raise Refused("That is not a blocker.", field="blocker")
    if blocker and health == Health.ON_TRACK:
        raise Refused("What is on track is not blocked.", field="blocker")


def _show(
    pilot: Pilot, health: str, on: date | None, seen: date | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Repeat an update on its pilot: (before, after). Seen None leaves "last seen working"."""
    before: dict[str, Any] = {"health": pilot.health, "last_update_on": pilot.last_update_on}
    after: dict[str, Any] = {"health": health, "last_update_on": on}
    if seen and seen != pilot.last_seen_working:
        before["last_seen_working"], after["last_seen_working"] = pilot.last_seen_working, seen
        pilot.version += 1  # Whoever edits the facts right now shall notice.
    for name, value in after.items():
        setattr(pilot, name, value)
    pilot.save(update_fields=[*after, "version"])
    return before, after


@transaction.atomic
def take_back(*, update: Update, by: User, channel: str) -> Update:
    """Take one's own update back, within seconds of posting it: a second event, nothing is lost.

    Its readings are withdrawn; health, last update and "last seen working" are what they were.
    """
    pilot = locked(update.pilot)
    update = Update.objects.get(pk=update.pk)
    if update.author_id != by.pk or not may_edit(by, pilot):
        raise NotAllowed("Only who posted an update takes it back.")
    if update.taken_back_at:
        return update
    if clock.now() - update.posted_at > UNDO + GRACE:
        raise Refused("That was more than ten seconds ago. Post another update that corrects it.")
    update.taken_back_at = clock.now()
    update.save(update_fields=["taken_back_at"])
    posted = Event.objects.filter(
        pilot=pilot, verb="update.posted", after__update=update.pk
    ).first()
    told = (posted.before, posted.after) if posted else ({}, {})
    came_with = Reading.objects.filter(pk__in=told[1].get("readings", []), metric__pilot=pilot)
    with flags.together():
        for reading in came_with.filter(superseded_at=None):
            corrections.withdraw(
                reading=reading, by=by, channel=channel, reason="Update taken back"
            )
        _reveal(pilot, by, channel, update, *told)
        flags.sweep_pilots(pilots=[pilot.pk])
    return update


def _reveal(
    pilot: Pilot, by: User, channel: str, update: Update, was: dict[str, Any], said: dict[str, Any]
) -> None:
    """Show what stands under an update that was taken back, and say so in an event."""
    last = pilot.updates.standing().order_by("-posted_at", "-pk").first()
    now: dict[str, Any] = {
        "health": last.health if last else "", "last_update_on": last.on if last else None,
    }  # fmt: skip
    seen = pilot.last_seen_working
    if seen and seen.isoformat() == said.get("last_seen_working"):
        earlier = was.get("last_seen_working")
        now["last_seen_working"] = date.fromisoformat(earlier) if earlier else None
        pilot.version += 1
    before, after = events.changed(pilot, now)
    for name, value in now.items():
        setattr(pilot, name, value)
    pilot.save(update_fields=[*now, "version"])
    events.record(
        verb="update.taken_back", by=by, channel=channel, pilot=pilot, before=before,
        after={**after, "update": update.pk},
    )  # fmt: skip
