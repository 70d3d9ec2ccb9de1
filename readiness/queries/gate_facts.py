"""What gates are asked about, for one pilot or for many: a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portfolio.flags import limits
from portfolio.flags.registry import rules
from portfolio.flags.words import why
from portfolio.models import (
    CostEntry,
    CostEstimate,
    Flag,
    Metric,
    OwnershipAnswer,
    Pilot,
    Reading,
    Review,
    RoleAssignment,
    RoleKind,
    Rollout,
)
from portfolio.models.pilot import Audience
from portfolio.queries import twelve_months
from readiness import gates
from readiness.facts import applies, due, facts_of
from readiness.models import Answer, Answered, ChecklistItem, Condition, Gate
from readiness.scoring import is_met

SOON = timedelta(days=30)
HALF = 50
SLA = {
    "sla_availability": "availability", "sla_latency_ms": "latency", "sla_quality": "quality",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked now: the lists that people answer, with their questions."""

    titles: Mapping[str, str]
    items: Mapping[str, Sequence[ChecklistItem]]
    keys: frozenset[str]


def settings() -> dict[str, gates.Setting]:
    """The gates as administrators set them; one query."""
    return {
        gate.stage: gates.Setting(gate.stage, gate.mode, tuple(gate.checklists))
        for gate in Gate.objects.all()
    }


def asked() -> Asked:
    """One query."""
    rows = ChecklistItem.objects.filter(
        template__current=True, template__answered=Answered.PEOPLE
    ).select_related("template")
    items: dict[str, list[ChecklistItem]] = defaultdict(list)
    for item in rows.order_by("template__slug", "position"):
        items[item.template.slug].append(item)
    titles = {slug: some[0].template.title for slug, some in items.items()}
    keys = frozenset(item.key for some in items.values() for item in some)
    return Asked(titles, items, keys)


def of_pilots(
    pilots: Sequence[Pilot], as_of: date, *, to_stage: str, lists: Asked | None = None
) -> dict[int, gates.Facts]:
    """The facts of each of these pilots by its id, as the gate of `to_stage` asks them.

    The caller has asked who may see the pilots. Ten statements, whatever their number.
    """
    ids = [pilot.pk for pilot in pilots]
    lists = lists or asked()
    answers = _answers(ids)
    roles = _roles(ids)
    flags = _flags(ids, as_of)
    owned = _twelve_months(pilots, as_of)
    measured = _metrics(ids)
    rollouts = dict(
        Rollout.objects.filter(pilot__in=ids, until=None).values_list("pilot", "increments")
    )
    reviews = _reviews(ids)
    conditions = _conditions(ids, as_of)
    costs = _costs(ids)
    return {
        pilot.pk: _facts(
            pilot, as_of, to_stage, lists, answers.get(pilot.pk, {}),
            roles=roles.get(pilot.pk, frozenset()), flags=flags.get(pilot.pk, {}),
            twelve_months=pilot.pk in owned, reviews=reviews.get(pilot.pk, {}),
            metric=pilot.pk in measured, reading=measured.get(pilot.pk, False),
            rollout=pilot.pk in rollouts, increments=len(rollouts.get(pilot.pk) or ()),
            conditions=conditions.get(pilot.pk, (0, 0)),
            costs=costs.get(pilot.pk, (False, False)),
        )
        for pilot in pilots
    }  # fmt: skip


def _facts(
    pilot: Pilot, as_of: date, to_stage: str, lists: Asked, answers: Mapping[str, Answer],
    *, roles: Collection[str], conditions: tuple[int, int], costs: tuple[bool, bool],
    **known: Any,
) -> gates.Facts:  # fmt: skip
    facts = facts_of(pilot)
    entered, approved = costs
    counted = {key for key, answer in answers.items() if is_met(answer, as_of)}
    apply = {
        slug: [item for item in items if applies(item, facts)]
        for slug, items in lists.items.items()
    }
    unmet = {
        item.key: item.question
        for items in apply.values()
        for item in items
        if item.key in gates.KEYS and item.key not in counted
    }
    return gates.Facts(
        stage=pilot.stage,
        lists={
            slug: gates.ListFacts(
                slug=slug, title=lists.titles[slug],
                met=sum(item.key in counted for item in items), total=len(items),
                open=tuple(
                    item.question for item in items
                    if item.must_have and item.key not in counted and due(item.stage, to_stage)
                ),
            )
            for slug, items in apply.items()
        },
        unmet=unmet,
        owner=RoleKind.OWNER in roles, value_owner=RoleKind.VALUE_OWNER in roles,
        integration=pilot.integration, deploy=pilot.deploy,
        audience_is_customers=pilot.audience == Audience.CUSTOMER if pilot.audience else None,
        data_class=pilot.data_class, third_party=pilot.third_party,
        influences_decisions=pilot.influences_decisions,
        data_work_budget=bool(pilot.data_work_budget),
        run_cost=entered or pilot.run_cost_forecast is not None or pilot.monthly_burn is not None,
        cost_approved=approved,
        sla_missing=tuple(what for name, what in SLA.items() if getattr(pilot, name) in (None, "")),
        retrain_days=pilot.retrain_days is not None,
        model_share_high=pilot.model_share is not None and pilot.model_share > HALF,
        on_call=bool(pilot.on_call), support_hours=bool(pilot.support_hours),
        conditions_open=conditions[0], conditions_overdue=conditions[1],
        ending_soon=sum(
            1 for key in counted
            if key in lists.keys and (end := answers[key].valid_until) and end <= as_of + SOON
        ),
        **known,
    )  # fmt: skip


def _answers(ids: Sequence[int]) -> dict[int, dict[str, Answer]]:
    found: dict[int, dict[str, Answer]] = defaultdict(dict)
    rows = Answer.objects.open_interval().filter(pilot__in=ids)
    for answer in rows.only("pilot_id", "key", "state", "backed", "valid_until"):
        found[answer.pilot_id][answer.key] = answer
    return found


def _roles(ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = RoleAssignment.objects.filter(
        pilot__in=ids, until=None, person__is_active=True, person__is_internal=True
    )
    for pilot, role in rows.values_list("pilot", "role"):
        found[pilot].add(role)
    return found


def _flags(ids: Sequence[int], as_of: date) -> dict[int, dict[str, str]]:
    """Open flags with why; a snoozed one is still true."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for flag in Flag.objects.open().filter(pilot__in=ids):
        found[flag.pilot_id][flag.rule] = why(flag.rule, flag.facts, as_of)
    return found


def _twelve_months(pilots: Sequence[Pilot], as_of: date) -> set[int]:
    """The pilots whose three questions are answered, by people who are here, not long ago."""
    rows = OwnershipAnswer.objects.filter(pilot__in=pilots, answered_on__lte=as_of)
    latest = rows.annotate(holds=twelve_months.here()).order_by("pilot", "-answered_on", "-pk")
    found = {row.pilot_id: row for row in latest.distinct("pilot")}
    rule, allowed = rules.get(twelve_months.RULE), limits.load()
    return {
        pilot.pk
        for pilot in pilots
        if (row := found.get(pilot.pk)) is not None
        and row.holds
        and (as_of - row.answered_on).days
        <= limits.of(rule, allowed, stage=pilot.stage, audience=pilot.audience)
    }


def _metrics(ids: Sequence[int]) -> dict[int, bool]:
    """The pilots with a metric: whether one has a reading."""
    read = Reading.objects.filter(metric=OuterRef("pk"), superseded_at=None)
    found: dict[int, bool] = {}
    rows = Metric.objects.filter(pilot__in=ids, until=None).annotate(read=Exists(read))
    for pilot, has in rows.values_list("pilot", "read"):
        found[pilot] = found.get(pilot, False) or has
    return found


def _reviews(ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The latest request of each team: its outcome, "" while it waits."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Review.objects.filter(pilot__in=ids).order_by("requested_on", "pk")
    for pilot, team, outcome in rows.values_list("pilot", "team", "outcome"):
        if outcome != "withdrawn":
            found[pilot][team] = outcome
    return found


def _conditions(ids: Sequence[int], as_of: date) -> dict[int, tuple[int, int]]:
    """How many are open, and how many of those are past their day."""
    found: dict[int, tuple[int, int]] = {}
    rows = Condition.objects.filter(pilot__in=ids, met_on=None, dropped_on=None)
    for pilot, day in rows.values_list("pilot", "due"):
        count, late = found.get(pilot, (0, 0))
        found[pilot] = (count + 1, late + (day < as_of))
    return found


def _costs(ids: Sequence[int]) -> dict[int, tuple[bool, bool]]:
    """Whether the running cost was estimated or entered, and whether finance approved it."""
    entered = CostEntry.objects.filter(pilot=OuterRef("pk"), superseded_at=None)
    estimates = CostEstimate.objects.filter(pilot=OuterRef("pk"), superseded_at=None)
    agreed = Review.objects.filter(
        Q(outcome="approved") | Q(outcome="conditions"), pilot=OuterRef("pk"), team="finance"
    )
    rows = Pilot.everything.filter(pk__in=ids).annotate(
        estimated=Exists(estimates), entered=Exists(entered),
        approved=Exists(estimates.exclude(approved_on=None)), agreed=Exists(agreed),
    )  # fmt: skip
    return {
        pilot: (estimated or has, approved or signed)
        for pilot, estimated, has, approved, signed in rows.values_list(
            "pk", "estimated", "entered", "approved", "agreed"
        )
    }
