"""Somebody leaves, or moves outside: nobody plans what they planned, nobody reads for them."""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from common import clock
from common.changes import plain
from portfolio.models import Event, Pilot
from portfolio.queries.held_records import plans_of, reviews_of


@transaction.atomic
def release(*, person: User, by: User | None, channel: str, accountable: bool) -> int:
    """Take the person off plans and waiting reviews, with an event each. How many there were.

    A rollout cannot be without an owner, so it keeps the name and its page says that they cannot
    answer any more. `accountable` keeps reviews: people outside may review.
    """
    reason = "Moved outside the company" if accountable else "Left"
    rows: list[tuple[QuerySet[Any], str, str]] = [(plans_of(person), "planner", "model")]
    if not accountable:
        rows.append((reviews_of(person), "reviewer", "review"))
    pilots = {pk for found, _, _ in rows for pk in found.values_list("pilot", flat=True)}
    locked = Pilot.everything.filter(pk__in=pilots).order_by("pk")
    list(locked.select_for_update(of=("self",)).values_list("pk", flat=True))
    events = []
    for found, field, code in rows:
        ending = list(found.filter(pilot__in=pilots).order_by("pk"))
        pks = [row.pk for row in ending]
        found.filter(pk__in=pks).update(**{field: None}, revision=F("revision") + 1)
        events += [
            Event(
                at=clock.now(), pilot_id=row.pilot_id, actor=by, verb=f"{code}.changed",
                channel=channel, before=plain({field: person}),
                after=plain({code: str(row), field: None}), reason=reason,
            )
            for row in ending
        ]  # fmt: skip
    Event.objects.bulk_create(events)
    return len(events)
