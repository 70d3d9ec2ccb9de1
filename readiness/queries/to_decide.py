"""What is to be decided: proposals that wait, days that come, conditions that are open."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import CharField, Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.access import roles_of
from accounts.models import User
from common import clock
from portfolio.models import Extension, ExtensionState, Pilot, RoleAssignment, Stage
from portfolio.queries import labels
from portfolio.querysets import PilotQuerySet
from readiness.models import Outcome, Proposal, ProposalState
from readiness.queries.conditions import ConditionLine, line, unsettled, with_people
from readiness.queries.decision_page import moved
from readiness.queries.waivers import WaiverLine, waiting_lines

SHOWN = 50
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A proposal nobody has answered; `mine` when this person may."""

    ref: str
    name: str
    unit: str
    outcome: str
    moved: str
    reason: str
    by: str
    own: bool
    on: date
    days: int
    mine: bool


@dataclass(frozen=True, slots=True)
class DueLine:
    """A pilot whose day to decide by has passed (`days` above 0) or comes within 30 days."""

    ref: str
    name: str
    unit: str
    stage: str
    owner: str
    decide_by: date
    days: int
    waiting: bool

    @property
    def left(self) -> int:
        """Days until it is due."""
        return -self.days


@dataclass(frozen=True)
class ToDecide:
    """Each list holds SHOWN lines at most; the numbers count all."""

    waiting: tuple[WaitingLine, ...]
    due: tuple[DueLine, ...]
    conditions: tuple[ConditionLine, ...]
    waivers: tuple[WaiverLine, ...]
    overdue: int
    soon: int
    conditions_open: int
    conditions_overdue: int

    @property
    def mine(self) -> int:
        return sum(one.mine for one in self.waiting)

    def __bool__(self) -> bool:
        return bool(self.waiting or self.due or self.conditions or self.waivers)


def to_decide(user: User, as_of: date) -> ToDecide:
    """A constant number of statements."""
    seen = Pilot.objects.visible_to(user)
    waiting = _waiting(user, seen, as_of)
    undecided = _undecided(seen, as_of)
    days = undecided.aggregate(
        overdue=Count("pk", filter=Q(decide_by__lt=as_of)),
        soon=Count("pk", filter=Q(decide_by__gte=as_of)),
    )
    open_ones = unsettled().filter(pilot__in=seen)
    promised = open_ones.aggregate(n=Count("pk"), overdue=Count("pk", filter=Q(due__lt=as_of)))
    return ToDecide(
        waiting=waiting, due=_due(undecided, {one.ref for one in waiting}, as_of),
        conditions=tuple(
            line(row, as_of) for row in with_people(open_ones).order_by("due", "pk")[:SHOWN]
        ),
        waivers=waiting_lines(user, seen, as_of), overdue=days["overdue"], soon=days["soon"],
        conditions_open=promised["n"], conditions_overdue=promised["overdue"],
    )  # fmt: skip


def _waiting(user: User, seen: PilotQuerySet, as_of: date) -> tuple[WaitingLine, ...]:
    """Proposed decisions and extensions, what this person may answer first, then the oldest."""
    proposed = Proposal.objects.filter(state=ProposalState.WAITING, pilot__in=seen)
    proposed = proposed.select_related("pilot__unit", "proposed_by").order_by("proposed_at", "pk")
    asked = Extension.objects.filter(state=ExtensionState.PROPOSED, pilot__in=seen)
    asked = asked.select_related("pilot__unit", "proposed_by").order_by("proposed_at", "pk")
    rows: list[Proposal | Extension] = [*proposed[:SHOWN], *asked[:SHOWN]]
    mine = _decidable(user, seen.filter(pk__in={row.pilot_id for row in rows}) if rows else None)
    found = [_line(row, user, mine, as_of) for row in rows]
    return tuple(sorted(found, key=lambda one: (not one.mine, -one.days, one.ref))[:SHOWN])


def _line(row: Proposal | Extension, user: User, mine: frozenset[int], as_of: date) -> WaitingLine:
    if isinstance(row, Proposal):
        outcome, where = str(Outcome(row.outcome).label), moved(row.from_stage, row.to_stage)
    else:
        outcome, where = str(Outcome.EXTEND.label), f"decide by {labels.day(row.to_day)}"
    own, on = row.proposed_by_id == user.pk, clock.local(row.proposed_at).date()
    return WaitingLine(
        ref=row.pilot.ref, name=row.pilot.name, unit=row.pilot.unit.path, outcome=outcome,
        moved=where, reason=row.reason, by=str(row.proposed_by), own=own, on=on,
        days=(as_of - on).days, mine=row.pilot_id in mine and not own,
    )  # fmt: skip


def _decidable(user: User, pilots: PilotQuerySet | None) -> frozenset[int]:
    """Those of these pilots that the person may decide about: `portfolio.access.may_decide` for
    many at once; one query."""
    roles = roles_of(user)
    if pilots is None or not (roles.managed or roles.decided):
        return frozenset()
    over = Q()
    for lineage in roles.decided:
        over |= Q(unit__lineage__startswith=lineage)
    held = RoleAssignment.objects.open().filter(person=user).values("pilot")
    allowed = over & (Q(restricted=False) | Q(pk__in=held)) if roles.decided else Q(pk__in=())
    for lineage in roles.managed:
        allowed |= Q(unit__lineage__startswith=lineage)
    return frozenset(pilots.filter(allowed).values_list("pk", flat=True))


def _undecided(seen: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Active, not shipped, and the day to decide by has passed or comes soon."""
    return seen.active().filter(shipped=False, decide_by__lte=as_of + SOON)


def _due(undecided: PilotQuerySet, waiting: set[str], as_of: date) -> tuple[DueLine, ...]:
    owned = RoleAssignment.objects.open().owners().filter(pilot=OuterRef("pk"))
    name = Coalesce(NullIf("person__name", Value("")), "person__email", output_field=CharField())
    rows = undecided.annotate(owner=Subquery(owned.values_list(name)[:1]))
    told = rows.order_by("decide_by", "pk").values_list(
        "pk", "name", "unit__path", "stage", "owner", "decide_by"
    )
    return tuple(
        DueLine(
            ref=(ref := f"{Pilot.REF_PREFIX}{pk}"), name=title, unit=unit,
            stage=str(Stage(stage).label), owner=owner or "", decide_by=day,
            days=(as_of - day).days, waiting=ref in waiting,
        )
        for pk, title, unit, stage, owner, day in told[:SHOWN]
        if day  # The filter leaves nothing else; the type checker does not know.
    )  # fmt: skip
