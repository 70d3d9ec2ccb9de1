"""Waivers that were asked for: whom they wait for, and one of them on its page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.access import roles_of
from accounts.models import User
from common import clock
from common.registry import Ask
from portfolio.models import Pilot, RoleAssignment
from portfolio.queries import labels
from portfolio.querysets import PilotQuerySet
from readiness.models import WaiverRequest
from readiness.querysets import WaiverRequestQuerySet

MOST = 200
SHOWN = 50


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """A waiver that waits; `mine` when this person may answer it, `own` when they asked."""

    number: int
    ref: str
    name: str
    unit: str
    question: str
    reason: str
    by: str
    until: date
    days: int
    own: bool
    mine: bool


def asked(person: User, as_of: date) -> list[Ask]:
    """What others asked and this person may answer, the oldest first: one Ask for each pilot. One
    query; none for who waives nothing."""
    rows = _for_me(person, as_of)
    if rows is None:
        return []
    by_pilot: dict[int, list[WaiverRequest]] = {}
    told = rows.select_related("pilot", "item", "asked_by").order_by("asked_at", "pk")
    for row in told[:MOST]:
        by_pilot.setdefault(row.pilot_id, []).append(row)
    return [_ask(some) for some in by_pilot.values()]


def _ask(some: list[WaiverRequest]) -> Ask:
    first, more = some[0], len(some) - 1
    others = f" {more} more {'is' if more == 1 else 'are'} asked for." if more else ""
    until = labels.day(first.until)
    return Ask(
        title="Grant or decline a waiver for" if not more else f"Answer {more + 1} waivers for",
        ref=first.pilot.ref, name=first.pilot.name, due=clock.local(first.asked_at).date(),
        why=f"{first.asked_by} asks to waive “{first.item.question}” until {until}: "
        f"{first.reason}{others}",
        url=reverse("pilot-waiver", args=[first.pilot.ref, first.pk]), button="Answer",
    )  # fmt: skip


def _for_me(person: User, as_of: date) -> WaiverRequestQuerySet | None:
    """`access.may_grant` for many at once; None for who waives nothing."""
    roles = roles_of(person)
    over = Q()
    for lineage in {*roles.managed, *roles.decided}:
        over |= Q(pilot__unit__lineage__startswith=lineage)
    if not over:
        return None
    mine = RoleAssignment.objects.open().owners().filter(person=person).values("pilot")
    rows = WaiverRequest.objects.waiting(as_of).filter(over).exclude(asked_by=person)
    return rows.filter(pilot__in=Pilot.objects.visible_to(person)).exclude(pilot__in=mine)


def waiting_lines(user: User, seen: PilotQuerySet, as_of: date) -> tuple[WaiverLine, ...]:
    """Those of pilots in sight, what this person may answer first, then the oldest. Two queries,
    one for who waives nothing."""
    rows = WaiverRequest.objects.waiting(as_of).filter(pilot__in=seen)
    told = rows.select_related("pilot__unit", "item", "asked_by").order_by("asked_at", "pk")
    shown = list(told[:SHOWN])
    may = _for_me(user, as_of) if shown else None
    mine = set() if may is None else set(may.values_list("pk", flat=True))
    found = [_line(row, user, mine, as_of) for row in shown]
    return tuple(sorted(found, key=lambda one: (not one.mine, -one.days, one.ref)))


def _line(row: WaiverRequest, user: User, mine: set[int], as_of: date) -> WaiverLine:
    on = clock.local(row.asked_at).date()
    return WaiverLine(
        number=row.pk, ref=row.pilot.ref, name=row.pilot.name, unit=row.pilot.unit.path,
        question=row.item.question, reason=row.reason, by=str(row.asked_by), until=row.until,
        days=(as_of - on).days, own=row.asked_by_id == user.pk, mine=row.pk in mine,
    )  # fmt: skip
