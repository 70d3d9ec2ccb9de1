"""Every change leaves an event: who, when, before, after, by which channel."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from common import clock
from common.changes import changed, plain
from portfolio.models import Event, Pilot

__all__ = ["changed", "plain", "record"]


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
