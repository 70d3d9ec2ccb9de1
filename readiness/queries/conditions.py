"""Conditions of decisions: which are open, who may settle them, whom they wait for."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import User
from common.registry import Ask, Holding
from portfolio.access import may_decide, may_edit
from portfolio.models import Pilot, RoleAssignment
from readiness.models import Condition

MOST = 200


def unsettled() -> "QuerySet[Condition]":
    """Neither met nor dropped."""
    return Condition.objects.filter(met_on=None, dropped_on=None)


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition as shown. `days` are those since it was due, below 0 while it is to come;
    `gone` tells that its owner cannot answer any more."""

    id: int
    ref: str
    pilot: str
    unit: str
    decision: int
    what: str
    owner: str
    owner_id: int
    gone: bool
    due: date
    days: int
    met_on: date | None
    dropped_on: date | None
    settled_by: str
    note: str
    evidence_url: str

    @property
    def open(self) -> bool:
        return self.met_on is None and self.dropped_on is None

    @property
    def overdue(self) -> bool:
        return self.open and self.days > 0


def line(row: Condition, as_of: date) -> ConditionLine:
    """`row` comes with its pilot, its unit and its people."""
    return ConditionLine(
        id=row.pk, ref=row.pilot.ref, pilot=row.pilot.name, unit=row.pilot.unit.path,
        decision=row.decision_id, what=row.what, owner=str(row.owner), owner_id=row.owner_id,
        gone=not (row.owner.is_active and row.owner.is_internal), due=row.due,
        days=(as_of - row.due).days, met_on=row.met_on, dropped_on=row.dropped_on,
        settled_by=str(row.settled_by) if row.settled_by else "", note=row.note,
        evidence_url=row.evidence_url,
    )  # fmt: skip


def with_people(rows: "QuerySet[Condition]") -> "QuerySet[Condition]":
    return rows.select_related("pilot__unit", "owner", "settled_by")


def may_meet(user: User, condition: Condition) -> bool:
    """Its owner, who may edit the pilot, and who may decide about it."""
    if condition.owner_id == user.pk:
        return True
    return may_edit(user, condition.pilot) or may_decide(user, condition.pilot)


def may_ease(user: User, condition: Condition) -> bool:
    """Drop it, move its day or hand it over: who may decide about the pilot, but nobody lets
    themselves off what they answer for."""
    return condition.owner_id != user.pk and may_decide(user, condition.pilot)


def _answers_no_more() -> Q:
    return Q(owner__is_active=False) | Q(owner__is_internal=False)


def asked(person: User, as_of: date) -> list[Ask]:
    """What the person promised, and what was promised on their pilots by people who are gone."""
    mine = RoleAssignment.objects.open().owners().filter(person=person).values("pilot")
    rows = unsettled().filter(
        Q(owner=person) | _answers_no_more() & Q(pilot__in=mine),
        pilot__in=Pilot.objects.visible_to(person),
    )
    rows = with_people(rows).order_by("due", "pk")
    return [_ask(line(row, as_of), person) for row in rows[:MOST]]


def _ask(one: ConditionLine, person: User) -> Ask:
    orphaned = one.owner_id != person.pk
    when = f"it was due {one.days} days ago" if one.days > 1 else "it was due yesterday"
    if one.days <= 0:
        when = f"due {one.due:%-d %b %Y}"
    why = f"{one.what} ({when})"
    if orphaned:
        why = f"{why}. {one.owner} cannot answer any more."
    return Ask(
        title="Who meets this condition of" if orphaned else "Meet the condition of",
        ref=one.ref, name=one.pilot, why=why, due=one.due,
        url=f"{reverse('decision', args=[one.decision])}#condition-{one.id}",
        button="Open" if orphaned else "Say it is met",
    )  # fmt: skip


def held_by(person: User) -> "QuerySet[Condition]":
    return unsettled().filter(owner=person)


def holdings(person: User, by: User, accountable: bool) -> list[Holding]:
    """Open conditions of the person, on pilots that `by` can see."""
    rows = held_by(person).filter(pilot__in=Pilot.objects.visible_to(by))
    found = list(rows.select_related("pilot").order_by(Lower("pilot__name"), "due", "pk"))
    if not found:
        return []
    return [
        Holding(
            title=f"Answers for {len(found)} open condition{'' if len(found) == 1 else 's'}",
            things=tuple(
                (f"{row.what} ({row.pilot.ref})", reverse("decision", args=[row.decision_id]))
                for row in found
            ),
            consequence="The name stays, marked as not answering any more; the owner of the pilot "
            "is asked who meets it.",
        )
    ]
