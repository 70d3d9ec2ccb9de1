"""The rollout of a pilot and its waves."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Refused
from portfolio.actions import records
from portfolio.models import Pilot, Rollout, Wave

BUDGET = Decimal(10) ** 14
INCREMENTS, INCREMENT = 30, 300


@transaction.atomic
def open_(
    *, pilot: Pilot, by: User, channel: str, token: UUID | None = None, **values: Any
) -> Rollout:
    """Open the second phase. It needs a scope, a budget of its own and a named owner."""
    pilot = records.editable(pilot, by)
    existing = records.sent_before(Rollout, token, pilot=pilot)
    if existing:
        return existing
    if pilot.rollouts.filter(until=None).exists():
        raise Refused(f"{pilot.ref} has an open rollout already. Close that one first.")
    row = Rollout(pilot=pilot, since=clock.today(), **_cleaned(values))
    return records.add(row, pilot=pilot, by=by, channel=channel, token=token)


@transaction.atomic
def change(
    *, rollout: Rollout, by: User, channel: str, revision: int | None = None, **values: Any
) -> Rollout:
    """Change the plan; scope, budget and owner cannot be taken away again."""
    pilot = records.editable(rollout.pilot, by)
    row = records.locked_row(rollout)
    names = ("scope", "budget", "owner", "target_from", "target_until")
    kept = {name: getattr(row, name) for name in names}
    values = _cleaned(kept | values, former=row.owner)
    return records.change(row, values, pilot=pilot, by=by, channel=channel, revision=revision)


@transaction.atomic
def close(*, rollout: Rollout, by: User, channel: str, back: bool = False) -> Rollout:
    """The rollout is over, as of today; or (`back`) it is not."""
    pilot = records.editable(rollout.pilot, by)
    if back and pilot.rollouts.filter(until=None).exclude(pk=rollout.pk).exists():
        raise Refused(f"{pilot.ref} has another open rollout by now.")
    return records.end(rollout, by=by, channel=channel, back=back)


@transaction.atomic
def add_wave(
    *, rollout: Rollout, by: User, channel: str, token: UUID | None = None, **values: Any
) -> Wave:
    """Plan or record a wave: one team, from a day, as shadow run, canary or in full."""
    pilot = records.editable(rollout.pilot, by)
    existing = records.sent_before(Wave, token, rollout=rollout)
    if existing:
        return existing
    if records.locked_row(rollout).until is not None:
        raise Refused("That rollout is closed.")
    row = Wave(rollout=rollout, **_wave(values))
    return records.add(row, pilot=pilot, by=by, channel=channel, token=token)


@transaction.atomic
def change_wave(
    *, wave: Wave, by: User, channel: str, revision: int | None = None, **values: Any
) -> Wave:
    """Say how it went: users, feedback, and whether to continue, fix or stop."""
    pilot = records.editable(wave.rollout.pilot, by)
    row = records.locked_row(wave)
    kept = {name: getattr(row, name) for name in ("team", "starts_on", "ends_on", "verdict")}
    values = _wave(kept | values)
    return records.change(row, values, pilot=pilot, by=by, channel=channel, revision=revision)


def _cleaned(values: dict[str, Any], former: User | None = None) -> dict[str, Any]:
    values = records.cleaned(Rollout, values)
    if not values.get("scope"):
        raise Refused("A rollout needs its own scope: who will use it for what.", field="scope")
    budget = values.get("budget")
    if budget is None or not budget.is_finite() or budget <= 0:
        raise Refused("A rollout needs its own budget, above zero.", field="budget")
    if budget >= BUDGET:
        raise Refused("That is more money than can be kept.", field="budget")
    _check_owner(values.get("owner"), former)
    records.in_order(
        values.get("target_from"), values.get("target_until"), "target_until",
        "It cannot be done before it begins.",
    )  # fmt: skip
    if "increments" in values:
        values["increments"] = _increments(values["increments"] or [])
    return values


def _check_owner(owner: User | None, former: User | None) -> None:
    """An owner who left meanwhile does not keep others from changing the plan."""
    if owner is None:
        raise Refused("A rollout needs a named owner.", field="owner")
    if owner != former and not (owner.is_active and owner.is_internal):
        raise Refused(
            "The owner of a rollout is somebody inside the company who is still here.",
            field="owner",
        )


def _increments(lines: list[str]) -> list[str]:
    kept = [line for line in (text.clean(line) for line in lines) if line]
    if len(kept) > INCREMENTS:
        raise Refused(f"A rollout has at most {INCREMENTS} increments.", field="increments")
    if any(len(line) > INCREMENT for line in kept):
        raise Refused(f"An increment has at most {INCREMENT} characters.", field="increments")
    return kept


def _wave(values: dict[str, Any]) -> dict[str, Any]:
    values = records.cleaned(Wave, values)
    if not values.get("team"):
        raise Refused("Which team is it?", field="team")
    start, end = values.get("starts_on"), values.get("ends_on")
    records.in_order(start, end, "ends_on", "A wave cannot end before it begins.")
    if values.get("verdict") and (start is None or start > clock.today()):
        raise Refused("There is no verdict on a wave that has not begun.", field="verdict")
    return values
