"""Somebody leaves, or moves outside the company: what they answer for ends."""

from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.models import User
from common import clock
from common.changes import plain
from portfolio.actions.appointments import retract
from portfolio.actions.flags import sweep_pilots
from portfolio.models import (
    Event,
    ImportRow,
    ImportUpload,
    OwnerProposal,
    Pilot,
    RoleAssignment,
)
from portfolio.models.person import OUTSIDERS_MAY
from portfolio.queries.company import FINISHED


@transaction.atomic
def release(*, person: User, by: User | None, channel: str, accountable: bool) -> int:
    """End the person's open roles on all pilots today, with an event each, and sweep the flags.

    What they are asked to own is not asked any more. `accountable` keeps the roles that outsiders
    may hold. Whoever may close an account may do
    this, on restricted pilots too, without learning of them. Returns how many roles ended.
    """
    pilots = RoleAssignment.objects.open().filter(person=person).values("pilot")
    asked = OwnerProposal.objects.open().filter(person=person)
    # Removed pilots too: taken back, they must not come with an owner who left.
    concerned = Pilot.everything.filter(Q(pk__in=pilots) | Q(pk__in=asked.values("pilot")))
    locked = concerned.order_by("pk").select_for_update(of=("self",))
    ids = list(locked.values_list("pk", flat=True))
    held = RoleAssignment.objects.open().filter(person=person, pilot__in=ids)
    if accountable:
        held = held.exclude(role__in=OUTSIDERS_MAY)
    ending = list(held.order_by("pilot_id", "pk").values_list("pk", "pilot_id", "role"))
    unasked = list(asked.filter(pilot__in=ids).select_related("pilot", "person", "letter"))
    for proposal in unasked:
        retract(proposal, by=by, channel=channel, reason=_reason(accountable))
    if not ending and not unasked:
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
    sweep_pilots(pilots={*(pilot for _, pilot, _ in ending), *(one.pilot_id for one in unasked)})
    return len(ending)


def _reason(accountable: bool) -> str:
    return "Moved outside the company" if accountable else "Left"


def forget(person: User, really: bool) -> int:
    """Uploaded files whose rows name the person go: a file cannot be rewritten. How many."""
    words = [person.email, *([person.name] if len(person.name.split()) > 1 else [])]
    named = reduce(or_, (Q(said__icontains=word) for word in words))
    rows = ImportRow.objects.annotate(said=Cast("cells", TextField())).filter(named)
    files = ImportUpload.objects.filter(run__in=rows.values("run"), run__state__in=FINISHED)
    return files.delete()[0] if really else files.count()
