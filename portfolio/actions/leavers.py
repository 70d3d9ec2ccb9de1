"""Somebody leaves, or moves outside the company: what they answer for ends."""

from django.db import transaction

from accounts.models import User
from common import clock
from common.changes import plain
from portfolio.actions.flags import sweep_pilots
from portfolio.models import Event, Pilot, RoleAssignment, RoleKind


@transaction.atomic
def release(*, person: User, by: User | None, channel: str, accountable: bool) -> int:
    """End the person's open roles on all pilots today, with an event each, and sweep the flags.

    `accountable` keeps the roles that outsiders may hold. Whoever may close an account may do
    this, on restricted pilots too, without learning of them. Returns how many roles ended.
    """
    pilots = RoleAssignment.objects.open().filter(person=person).values("pilot")
    # Removed pilots too: taken back, they must not come with an owner who left.
    locked = Pilot.everything.filter(pk__in=pilots).order_by("pk").select_for_update(of=("self",))
    ids = list(locked.values_list("pk", flat=True))
    held = RoleAssignment.objects.open().filter(person=person, pilot__in=ids)
    if accountable:
        held = held.exclude(role=RoleKind.REVIEWER)
    ending = list(held.order_by("pilot_id", "pk").values_list("pk", "pilot_id", "role"))
    if not ending:
        return 0
    RoleAssignment.objects.filter(pk__in=[pk for pk, _, _ in ending]).update(until=clock.today())
    at = clock.now()
    Event.objects.bulk_create(
        Event(
            at=at, pilot_id=pilot, actor=by, verb="person.released", channel=channel,
            before=plain({role: person}), reason=_reason(accountable),
        )
        for _, pilot, role in ending
    )  # fmt: skip
    sweep_pilots(pilots={pilot for _, pilot, _ in ending})
    return len(ending)


def _reason(accountable: bool) -> str:
    return "Moved outside the company" if accountable else "Left"
