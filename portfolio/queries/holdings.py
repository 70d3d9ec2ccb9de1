"""What a person answers for on pilots, and what follows when they stop."""

from itertools import groupby

from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import User
from common.registry import Holding
from portfolio.models import (
    ACTIVE_STAGES,
    AREAS,
    OwnerProposal,
    Pilot,
    RoleAssignment,
    RoleKind,
)
from portfolio.models.person import OUTSIDERS_MAY


def holdings(person: User, by: User, accountable: bool) -> list[Holding]:
    """Open roles by kind and what they are asked to own, of the pilots `by` can see.

    `accountable` leaves out what outsiders may do.
    """
    rows = RoleAssignment.objects.open().filter(
        person=person, pilot__in=Pilot.objects.visible_to(by).values("pk")
    )
    if accountable:
        rows = rows.exclude(role__in=OUTSIDERS_MAY)
    found = rows.select_related("pilot").order_by("role", Lower("pilot__name"), "pilot_id")
    by_role = {role: [row.pilot for row in some] for role, some in groupby(found, _role)}
    held = [
        Holding(
            title=f"{kind.label} of {len(pilots)} pilot{'' if len(pilots) == 1 else 's'}",
            things=_links(pilots),
            consequence=_consequence(kind, pilots),
            url=f"{reverse('pilots')}?owner={person.pk}" if kind == RoleKind.OWNER else "",
        )
        for kind in RoleKind
        if (pilots := by_role.get(kind.value))
    ]
    return [*held, *_asked(person, by)]


def _asked(person: User, by: User) -> list[Holding]:
    """Questions that nobody will answer when the person is gone."""
    seen = Pilot.objects.visible_to(by).values("pk")
    rows = OwnerProposal.objects.open().filter(person=person, pilot__in=seen)
    pilots = [row.pilot for row in rows.select_related("pilot").order_by("asked_on", "pk")]
    if not pilots:
        return []
    title = f"Asked to own {len(pilots)} pilot{'' if len(pilots) == 1 else 's'}"
    return [Holding(title=title, things=_links(pilots))]


def _links(pilots: list[Pilot]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{pilot.name} ({pilot.ref})", reverse("pilot", args=[pilot.ref])) for pilot in pilots
    )


def _role(row: RoleAssignment) -> str:
    return row.role


def _consequence(kind: RoleKind, pilots: list[Pilot]) -> str:
    active = sum(pilot.stage in ACTIVE_STAGES for pilot in pilots)
    if active and kind == RoleKind.TECHNICAL_OWNER:
        return "Who built it is gone then: the flag “Builder gone” opens where nobody takes over."
    if active and kind in AREAS:
        return "The area has no owner then; in Rollout and Production a flag says so."
    if kind != RoleKind.OWNER or not active:
        return ""
    every = active == len(pilots)
    which = ("It is" if active == 1 else f"All {active} are") if every else f"{active} of them are"
    return f"{which} without an owner then: the flag “No owner” opens."
