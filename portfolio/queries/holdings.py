"""What a person answers for on pilots, and what follows when they stop."""

from itertools import groupby

from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import User
from common.registry import Holding
from portfolio.models import ACTIVE_STAGES, Pilot, RoleAssignment, RoleKind


def holdings(person: User, by: User, accountable: bool) -> list[Holding]:
    """Open roles by kind, of the pilots `by` can see; `accountable` leaves reviewers out."""
    rows = RoleAssignment.objects.open().filter(
        person=person, pilot__in=Pilot.objects.visible_to(by).values("pk")
    )
    if accountable:
        rows = rows.exclude(role=RoleKind.REVIEWER)
    found = rows.select_related("pilot").order_by("role", Lower("pilot__name"), "pilot_id")
    by_role = {role: [row.pilot for row in some] for role, some in groupby(found, _role)}
    return [
        Holding(
            title=f"{kind.label} of {len(pilots)} pilot{'' if len(pilots) == 1 else 's'}",
            things=tuple(
                (f"{pilot.name} ({pilot.ref})", reverse("pilot", args=[pilot.ref]))
                for pilot in pilots
            ),
            consequence=_consequence(kind, pilots),
            url=f"{reverse('pilots')}?owner={person.pk}" if kind == RoleKind.OWNER else "",
        )
        for kind in RoleKind
        if (pilots := by_role.get(kind.value))
    ]


def _role(row: RoleAssignment) -> str:
    return row.role


def _consequence(kind: RoleKind, pilots: list[Pilot]) -> str:
    active = sum(pilot.stage in ACTIVE_STAGES for pilot in pilots)
    if kind != RoleKind.OWNER or not active:
        return ""
    every = active == len(pilots)
    which = ("It is" if active == 1 else f"All {active} are") if every else f"{active} of them are"
    return f"{which} without an owner then: the flag “No owner” opens."
