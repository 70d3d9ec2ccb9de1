"""Every change to a person or a unit leaves an event."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Event, Unit, User
from common import clock
from common.changes import plain


def record(
    *,
    verb: str,
    by: User | None,
    channel: str,
    person: User | None = None,
    unit: Unit | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Write one event; call it inside the transaction of the change it tells about.

    `by` is None when nobody in particular did it, as on the command line.
    """
    return Event.objects.create(
        at=clock.now(),
        person=person,
        unit=unit,
        actor=by,
        verb=verb,
        channel=channel,
        before=plain(before or {}),
        after=plain(after or {}),
        reason=reason,
    )
