"""What asks for a board: the facts of the pilots that a person may see, in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.models import Unit, User
from common import company
from common.clock import zone
from portfolio.models import Extension, ExtensionState, Flag, Pilot, Stage
from portfolio.queries.burn import monthly_of_many
from portfolio.querysets import PilotQuerySet
from readiness.agenda import Case, Pick, rank, weigh
from readiness.models import (
    AgendaItem,
    AgendaState,
    Condition,
    Decision,
    Outcome,
    Proposal,
    ProposalState,
)

REACHED = (AgendaState.DECIDED, AgendaState.PROPOSED, AgendaState.DISCUSSED)
Facts = dict[int, dict[str, Any]]


def scope(user: User, unit: Unit | None) -> PilotQuerySet:
    """Active pilots that the person may see: of the company, or of the unit and what is below."""
    seen = Pilot.objects.visible_to(user).active()
    return seen.within(unit.pk) if unit else seen


def ranked(within: PilotQuerySet, *, on: date, as_of: date) -> list[Pick]:
    """Those of the pilots that ask for the board of that day, heaviest first; what earlier boards
    did not reach comes before the rest. Eight statements, however many pilots there are."""
    currency = company.current().currency
    found = (weigh(case, as_of, currency=currency) for case in cases(within, on=on, as_of=as_of))
    return rank([pick for pick in found if pick])


def cases(within: PilotQuerySet, *, on: date, as_of: date) -> list[Case]:
    """The facts about pilots that have any reason to stand before a board."""
    facts: Facts = defaultdict(dict)
    awake = within.not_on_hold(max(on, as_of))
    due = awake.filter(decide_by__lte=max(on, as_of), shipped=False)
    for pilot, day in due.values_list("pk", "decide_by"):
        facts[pilot]["decide_by"] = day
    _flags(facts, awake, as_of)
    stalled = within.stalled(as_of).annotate(burn=monthly_of_many(as_of))
    for pilot, burn in stalled.values_list("pk", "burn"):
        facts[pilot] |= {"stalled": True, "burn": burn}
    _waiting(facts, within, as_of)
    _conditions(facts, within, as_of)
    approved = Extension.objects.filter(state=ExtensionState.APPROVED, pilot__in=_ids(awake))
    often = approved.values("pilot").annotate(n=Count("pk")).filter(n__gte=Extension.MOST)
    for pilot, number in often.filter(pilot__shipped=False).values_list("pilot", "n"):
        facts[pilot]["extensions"] = number
    for pilot, number in rolled_over(_ids(within)).items():
        facts[pilot]["rollovers"] = number
    return [Case(pilot, **known) for pilot, known in facts.items()]


def _ids(pilots: PilotQuerySet) -> QuerySet[Any, Any]:
    return pilots.order_by().values("pk")


def _flags(facts: Facts, awake: PilotQuerySet, as_of: date) -> None:
    """In PoC past the quarter; likely to fail, while rollout is still to come."""
    speaking = Flag.objects.open().filter(
        Q(snoozed_until=None) | Q(snoozed_until__lt=as_of), pilot__in=_ids(awake)
    )
    stale, unready = Q(rule="STALE_POC"), Q(rule="MISSING_3", pilot__stage=Stage.PILOT)
    rows = speaking.filter(stale | unready).values_list("pilot", "rule", "since", "facts")
    for pilot, rule, since, said in rows:
        if rule == "STALE_POC":
            facts[pilot]["stale_days"] = (as_of - since).days
        else:
            facts[pilot]["missing"] = said.get("open", 0)


def _waiting(facts: Facts, within: PilotQuerySet, as_of: date) -> None:
    """Decisions and extensions that one person proposed and nobody has approved yet."""
    waiting = Proposal.objects.filter(state=ProposalState.WAITING, pilot__in=_ids(within))
    longer = Extension.objects.filter(state=ExtensionState.PROPOSED, pilot__in=_ids(within))
    rows = [
        *waiting.values_list("pilot", "proposed_at", "outcome"),
        *((*row, Outcome.EXTEND) for row in longer.values_list("pilot", "proposed_at")),
    ]
    for pilot, at, outcome in sorted(rows, key=lambda row: row[1], reverse=True):
        days = (as_of - at.astimezone(zone()).date()).days
        facts[pilot] |= {"waiting_days": days, "proposed": Outcome(outcome).label.lower()}


def _conditions(facts: Facts, within: PilotQuerySet, as_of: date) -> None:
    still = Condition.objects.filter(met_on=None, dropped_on=None, pilot__in=_ids(within))
    counted = still.values("pilot").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(due__lt=as_of)), first=Min("due")
    )
    for pilot, number, late, first in counted.values_list("pilot", "n", "late", "first"):
        facts[pilot] |= {"open_conditions": number, "overdue_conditions": late}
        if late:
            facts[pilot]["condition_days"] = (as_of - first).days


def rolled_over(pilots: QuerySet[Any, Any] | Collection[int]) -> Mapping[int, int]:
    """How many boards in a row did not reach a pilot, since one did or it was decided."""
    closed = AgendaItem.objects.filter(meeting__closed_at__isnull=False).order_by()
    later = closed.filter(
        pilot=OuterRef("pilot"), meeting__closed_at__gt=OuterRef("meeting__closed_at")
    )
    decided = Decision.objects.filter(
        pilot=OuterRef("pilot"), recorded_at__gt=OuterRef("meeting__closed_at")
    )
    missed = closed.filter(state=AgendaState.NOT_REACHED, pilot__in=pilots).filter(
        ~Exists(later.filter(state__in=REACHED)), ~Exists(decided)
    )
    return dict(missed.values("pilot").annotate(n=Count("pk")).values_list("pilot", "n"))
