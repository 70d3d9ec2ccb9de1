"""Every change leaves an event: who, when, before, after, by which channel."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

from accounts.models import User
from common import clock
from portfolio.models import Event, Pilot


def record(
    *,
    verb: str,
    by: User | None,
    channel: str,
    pilot: Pilot | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Write one event; call it inside the transaction of the change it tells about."""
    return Event.objects.create(
        at=clock.now(),
        pilot=pilot,
        actor=by,
        verb=verb,
        channel=channel,
        before=plain(before or {}),
        after=plain(after or {}),
        reason=reason,
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them: dates in ISO form, decimals as text, rows by their id."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value


def changed(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What setting these values on the row would change: (before, after), equal ones left out."""
    before = {name: getattr(row, name) for name in values}
    differing = [name for name in values if before[name] != values[name]]
    return {n: before[n] for n in differing}, {n: values[n] for n in differing}
