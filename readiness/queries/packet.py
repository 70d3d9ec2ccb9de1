"""The gate packet: everything a decision about a pilot is taken on, on one page.

It is made of plain values only, so that a decision keeps it as it stood (`frozen`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from accounts.models import User
from common import clock
from portfolio.models import Pilot, RoleAssignment, Stage
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES
from portfolio.queries import freshness, labels, money, satellites
from portfolio.queries.flags import OpenFlag, open_flags
from portfolio.queries.metric_lines import MetricLine, metric_lines
from portfolio.queries.satellites import Satellites
from readiness import gates
from readiness.access import PRODUCTION
from readiness.models import ChecklistTemplate, Condition, Decision
from readiness.queries import gate_facts, paper_lists
from readiness.queries.likeness import Trait, traits
from readiness.queries.paper_lists import ListLine

FORMAT = 2
"""Raised when the shape of a snapshot changes; old ones stay as they are. 2 added `traits`."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    role: str
    name: str
    since: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """`value` is "unknown" when nobody said it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class MetricFact:
    name: str
    unit: str
    baseline: str
    target: str
    due: str
    latest: str
    on: str
    overdue: bool
    held: bool | None
    way: str


@dataclass(frozen=True, slots=True)
class FlagFact:
    code: str
    title: str
    severity: str
    since: str
    why: str
    snoozed_until: str


@dataclass(frozen=True, slots=True)
class ReviewFact:
    team: str
    requested_on: str
    decided_on: str
    outcome: str
    days: int | None


@dataclass(frozen=True, slots=True)
class SystemFact:
    name: str
    status: str
    contact: str


@dataclass(frozen=True, slots=True)
class ConditionFact:
    what: str
    owner: str
    due: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class DecisionFact:
    round: int
    outcome: str
    on: str
    approved_by: str
    reason: str
    moved: str
    id: int


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding of the gate; `door` and `part` are where it is cleared."""

    code: str
    sentence: str
    hard: bool
    door: str
    part: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Age, freshness and health: none resets another."""

    stage: str
    days: int
    at_least: bool
    since: str
    freshness: str
    last_update_on: str
    health: str
    declared_on: str
    last_note: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Template:
    slug: str
    version: int


@dataclass(frozen=True)
class Packet:
    """`mode` is the gate's of this move, "" when the move is not chosen yet."""

    format: int
    ref: str
    name: str
    unit: str
    as_of: str
    from_stage: str
    to_stage: str
    asked: str
    mode: str
    decide_by: str
    decide_in: int | None
    on_hold_until: str
    facts: tuple[FactLine, ...]
    people: tuple[PersonLine, ...]
    clocks: Clocks
    metrics: tuple[MetricFact, ...]
    lists: tuple[ListLine, ...]
    traits: tuple[Trait, ...]
    flags: tuple[FlagFact, ...]
    costs: tuple[tuple[str, str, str], ...]
    reviews: tuple[ReviewFact, ...]
    systems: tuple[SystemFact, ...]
    conditions: tuple[ConditionFact, ...]
    decisions: tuple[DecisionFact, ...]
    findings: tuple[FindingFact, ...]
    templates: tuple[Template, ...]

    @property
    def hard(self) -> tuple[FindingFact, ...]:
        return tuple(one for one in self.findings if one.hard)

    @property
    def blocking(self) -> tuple[FindingFact, ...]:
        """What an approver accepts only with a reason."""
        return tuple(one for one in self.findings if gates.blocks(one.code, one.hard, self.mode))

    @property
    def stated(self) -> tuple[FactLine, ...]:
        return tuple(one for one in self.facts if one.value != labels.UNKNOWN)

    @property
    def unstated(self) -> tuple[FactLine, ...]:
        """Facts that nobody has stated."""
        return tuple(one for one in self.facts if one.value == labels.UNKNOWN)

    @property
    def ten(self) -> ListLine | None:
        """The ten questions, which the head of the page tells."""
        return next((one for one in self.lists if one.slug == PRODUCTION), None)

    @property
    def lacking(self) -> tuple[Trait, ...]:
        return tuple(one for one in self.traits if not one.met)

    @property
    def likeness(self) -> int:
        """How many traits of pilots that shipped it has."""
        return sum(one.met for one in self.traits)

    @property
    def soft(self) -> tuple[FindingFact, ...]:
        return tuple(one for one in self.findings if not one.hard)


FACTS = (
    "problem", "hypothesis", "ready_when", "stop_when", "planned_outlet", "summary", "audience",
    "data_class", "third_party", "influences_decisions", "uses_llm", "hosting", "integration",
    "deploy", "build_basis", "support_hours", "on_call", "sla_availability", "sla_latency_ms",
    "sla_quality", "retrain_days", "intended_users", "model_share", "budget", "data_work_budget",
    "not_proven", "target_launch_on",
)  # fmt: skip


def next_stage(pilot: Pilot) -> str:
    """The stage that a go leads to when nobody says which; "" where there is none."""
    if pilot.stage not in ACTIVE_STAGES[:-1]:
        return ""
    return ACTIVE_STAGES[ACTIVE_STAGES.index(Stage(pilot.stage)) + 1].value


def packet(pilot: Pilot, *, user: User, as_of: date, to_stage: str = "") -> Packet:
    """The paper about a pilot that came through `get_pilot`. A constant number of statements."""
    to_stage = to_stage or next_stage(pilot)
    asked = gate_facts.asked()
    settings = gate_facts.settings()
    target = to_stage or pilot.stage
    known = gate_facts.of_pilots([pilot], as_of, to_stage=target, lists=asked)[pilot.pk]
    found = gates.findings(known, settings, to_stage) if to_stage else ()
    around = satellites.satellites(pilot, user=user, as_of=as_of)
    templates = ChecklistTemplate.objects.filter(current=True).order_by("slug")
    return Packet(
        format=FORMAT, ref=pilot.ref, name=pilot.name, unit=pilot.unit.path,
        as_of=as_of.isoformat(), from_stage=pilot.stage, to_stage=to_stage,
        asked=question(pilot, to_stage),
        mode=gates.mode(settings, pilot.stage, to_stage).value if to_stage else "",
        decide_by=_iso(pilot.decide_by),
        decide_in=(pilot.decide_by - as_of).days if pilot.decide_by else None,
        on_hold_until=_iso(pilot.on_hold_until if pilot.on_hold_until
                           and pilot.on_hold_until >= as_of else None),
        facts=tuple(
            FactLine(labels.label(name), labels.words(name, getattr(pilot, name)) or labels.UNKNOWN)
            for name in FACTS
        ),
        people=_people(pilot), clocks=_clocks(pilot, user, as_of),
        metrics=tuple(_metric(line) for line in metric_lines(pilot.pk, as_of)),
        lists=paper_lists.lists(pilot, asked, as_of, to_stage=target),
        traits=traits(pilot, as_of),
        flags=tuple(_flag(flag) for flag in open_flags([pilot.pk], as_of)[pilot.pk]),
        costs=tuple(
            (line.label, line.amount or labels.UNKNOWN, line.how)
            for line in money.section(pilot, user=user, as_of=as_of).lines
        ),
        reviews=_reviews(around), systems=_systems(around),
        conditions=_conditions(pilot, as_of), decisions=_decisions(pilot),
        findings=tuple(FindingFact(f.code, f.sentence, f.hard, f.door, f.part, f.points)
                       for f in found),
        templates=tuple(Template(slug, version)
                        for slug, version in templates.values_list("slug", "version")),
    )  # fmt: skip


def question(pilot: Pilot, to_stage: str) -> str:
    """What is asked, in a sentence."""
    if to_stage in ENDED_STAGES:
        return f"Shall {pilot.name} end?"
    if not to_stage or to_stage == pilot.stage:
        what = "run again" if pilot.stage in ENDED_STAGES else "go on"
        return f"Shall {pilot.name} {what}?"
    return f"Shall {pilot.name} go from {_label(pilot.stage)} to {_label(to_stage)}?"


def frozen(paper: Packet) -> tuple[dict[str, Any], str]:
    """The paper as JSON keeps it, and its SHA-256 over the canonical form (`digest`)."""
    snapshot: dict[str, Any] = json.loads(json.dumps(asdict(paper)))
    return snapshot, digest(snapshot)


def digest(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: keys in order, no spaces, UTF-8."""
    canonical = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _label(stage: str) -> str:
    return str(Stage(stage).label)


def _people(pilot: Pilot) -> tuple[PersonLine, ...]:
    rows = RoleAssignment.objects.filter(pilot=pilot, until=None).select_related("person")
    found = [
        PersonLine(row.get_role_display(), str(row.person), _iso(row.since))
        for row in rows.order_by("role", "pk")
    ]
    return tuple(sorted(found, key=lambda line: line.role != "Owner"))


def _clocks(pilot: Pilot, user: User, as_of: date) -> Clocks:
    rows = Pilot.objects.visible_to(user).filter(pk=pilot.pk)
    allowed = int(rows.values_list(freshness.limit(), flat=True).get())
    silent = (as_of - pilot.last_update_on).days if pilot.last_update_on else None
    last = pilot.updates.filter(taken_back_at=None).order_by("-posted_at").first()
    return Clocks(
        stage=_label(pilot.stage), days=(as_of - pilot.stage_since_bound).days,
        at_least=pilot.stage_since is None, since=_iso(pilot.stage_since),
        freshness=freshness.WORDS[freshness.code(silent, allowed)],
        last_update_on=_iso(pilot.last_update_on),
        health=pilot.get_health_display() if pilot.health else "",
        declared_on=_iso(last.on if last else None), last_note=last.note if last else "",
        next_step=last.next_step if last else "",
    )  # fmt: skip


def _metric(line: MetricLine) -> MetricFact:
    return MetricFact(
        name=line.name, unit=line.unit, baseline=line.baseline, target=line.target,
        due=_iso(line.due), latest=line.latest.words if line.latest else "",
        on=_iso(line.latest.on if line.latest else None), overdue=line.overdue, held=line.held,
        way=line.way,
    )  # fmt: skip


def _flag(flag: OpenFlag) -> FlagFact:
    return FlagFact(
        flag.rule,
        flag.title,
        str(flag.severity),
        _iso(flag.since),
        flag.why,
        _iso(flag.snoozed_until),
    )


def _reviews(around: Satellites) -> tuple[ReviewFact, ...]:
    """The five teams, also those nobody has asked."""
    return tuple(
        ReviewFact(
            slot.label, _iso(one.requested_on if one else None),
            _iso(one.decided_on if one else None),
            (one.outcome_label or "Waits") if one else "Not asked", one.days if one else None,
        )
        for slot in around.reviews.slots
        for one in (slot.latest,)
    )  # fmt: skip


def _systems(around: Satellites) -> tuple[SystemFact, ...]:
    return tuple(
        SystemFact(one.name, one.status_label, one.contact) for one in around.dependencies.now
    )


def _conditions(pilot: Pilot, as_of: date) -> tuple[ConditionFact, ...]:
    rows = Condition.objects.filter(pilot=pilot, met_on=None, dropped_on=None)
    return tuple(
        ConditionFact(row.what, str(row.owner), _iso(row.due), row.due < as_of)
        for row in rows.select_related("owner").order_by("due", "pk")
    )


def _decisions(pilot: Pilot) -> tuple[DecisionFact, ...]:
    rows = Decision.objects.filter(pilot=pilot).select_related("approved_by").defer("snapshot")
    return tuple(
        DecisionFact(
            round=row.round, outcome=str(row.get_outcome_display()), on=_iso(row.decided_on),
            approved_by=str(row.approved_by), reason=row.reason,
            moved=f"{_label(row.from_stage)} to {_label(row.to_stage)}"
            if row.from_stage != row.to_stage else "", id=row.pk,
        )
        for row in rows.order_by("-round")
    )  # fmt: skip


def today(pilot: Pilot, *, user: User, to_stage: str = "") -> Packet:
    """The paper as it stands now."""
    return packet(pilot, user=user, as_of=clock.today(), to_stage=to_stage)
