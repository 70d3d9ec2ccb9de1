"""A decision as it was taken, and apart from it what came after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from portfolio.access import may_decide, may_edit
from portfolio.flags import words
from portfolio.models import Flag, Pilot, Reading, Stage
from portfolio.queries import labels
from readiness.models import Answer, Decision, EvidenceFile, Outcome, State
from readiness.queries.conditions import ConditionLine, line, with_people
from readiness.queries.packet import digest
from readiness.terms import Terms, read

SHOWN = 20
"""Lines of each kind that came after; the timeline has all of them."""


@dataclass(frozen=True, slots=True)
class Later:
    """Something that came after the decision and was not known to it."""

    at: datetime
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A condition, and what the person may do with it."""

    line: ConditionLine
    may_meet: bool
    may_ease: bool
    may_reopen: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    id: int
    round: int
    outcome: str
    on: date


@dataclass(frozen=True)
class DecisionPage:
    """`intact` tells that the snapshot still has the digest it was stored with; `into` is the pilot
    that its pilot was merged into since, if the person sees that one."""

    decision: Decision
    outcome: str
    moved: str
    terms: Terms
    conditions: tuple[Promise, ...]
    snapshot: Mapping[str, Any]
    overridden: tuple[str, ...]
    intact: bool
    found_digest: str
    later: tuple[Later, ...]
    others: tuple[Neighbour, ...]
    into: Pilot | None

    @property
    def ends(self) -> bool:
        return self.decision.outcome == Outcome.STOP


def moved(from_stage: str, to_stage: str) -> str:
    """Where it went, in words; "" when it stayed."""
    if from_stage == to_stage:
        return ""
    return f"{Stage(from_stage).label} to {Stage(to_stage).label}"


def decision_page(decision: Decision, *, user: User, as_of: date) -> DecisionPage:
    """The decision came through `get_decision`. A constant number of statements."""
    found, merged = digest(decision.snapshot), decision.pilot.merged_into_id
    return DecisionPage(
        decision=decision,
        outcome=str(Outcome(decision.outcome).label),
        moved=moved(decision.from_stage, decision.to_stage),
        terms=read(decision.terms),
        conditions=_promises(decision, user, as_of),
        snapshot=decision.snapshot,
        overridden=_overridden(decision),
        intact=found == decision.digest,
        found_digest=found,
        later=_later(decision, as_of),
        others=_others(decision),
        into=Pilot.objects.visible_to(user).filter(pk=merged).first() if merged else None,
    )


def _promises(decision: Decision, user: User, as_of: date) -> tuple[Promise, ...]:
    rows = with_people(decision.conditions.all()).order_by("due", "pk")
    decides = may_decide(user, decision.pilot)
    meets = decides or may_edit(user, decision.pilot)
    return tuple(
        Promise(
            line=(told := line(row, as_of)),
            may_meet=told.open and (meets or row.owner_id == user.pk),
            may_ease=told.open and decides and row.owner_id != user.pk,
            may_reopen=not told.open
            and (row.settled_by_id == user.pk or (decides and row.owner_id != user.pk)),
        )
        for row in rows
    )


def _overridden(decision: Decision) -> tuple[str, ...]:
    """What was overridden, in the sentences of that day; a code without one as it is."""
    told = {
        str(one.get("code")): str(one.get("sentence"))
        for one in decision.snapshot.get("findings") or ()
        if isinstance(one, Mapping) and one.get("sentence")
    }
    return tuple(told.get(code, code) for code in decision.overridden)


def _later(decision: Decision, as_of: date) -> tuple[Later, ...]:
    """Four queries, at most SHOWN lines of each, the newest first."""
    found = [
        *_answers(decision), *_files(decision), *_readings(decision), *_flags(decision, as_of),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _answers(decision: Decision) -> list[Later]:
    rows: QuerySet[Answer] = Answer.objects.filter(
        pilot=decision.pilot_id, recorded_at__gt=decision.recorded_at
    )
    told = rows.order_by("-recorded_at", "-pk").values_list(
        "recorded_at", "item__question", "state"
    )
    return [
        Later(at, "Answer", f"{question} {State(state).label}.")
        for at, question, state in told[:SHOWN]
    ]


def _files(decision: Decision) -> list[Later]:
    rows = EvidenceFile.objects.filter(
        pilot=decision.pilot_id, filed_at__gt=decision.recorded_at
    ).order_by("-filed_at", "-pk")
    return [
        Later(at, "Evidence", f"{name}, revision {revision}")
        for at, name, revision in rows.values_list("filed_at", "name", "revision")[:SHOWN]
    ]


def _readings(decision: Decision) -> list[Later]:
    rows = Reading.objects.filter(
        metric__pilot=decision.pilot_id, recorded_at__gt=decision.recorded_at, superseded_at=None
    ).order_by("-recorded_at", "-pk")
    told = rows.values_list("recorded_at", "metric__name", "value", "metric__unit", "on")
    return [
        Later(at, "Reading", f"{name}: {labels.number(value)} {unit} on {labels.day(on)}")
        for at, name, value, unit, on in told[:SHOWN]
    ]


def _flags(decision: Decision, as_of: date) -> list[Later]:
    rows = Flag.objects.filter(pilot=decision.pilot_id, opened_at__gt=decision.recorded_at)
    told = rows.order_by("-opened_at", "-pk").values_list("opened_at", "rule", "facts")[:SHOWN]
    return [
        Later(at, "Flag", f"{words.title(rule)}: {words.why(rule, facts, as_of)}")
        for at, rule, facts in told
    ]


def _others(decision: Decision) -> tuple[Neighbour, ...]:
    """The other decisions about the pilot, the newest first."""
    rows = Decision.objects.filter(pilot=decision.pilot_id).exclude(pk=decision.pk)
    told = rows.order_by(F("round").desc()).values_list("pk", "round", "outcome", "decided_on")
    return tuple(
        Neighbour(pk, number, str(Outcome(outcome).label), on) for pk, number, outcome, on in told
    )


def as_file(decision: Decision) -> dict[str, Any]:
    """A decision as JSON: what was decided, the snapshot and its digest."""
    return {
        "decision": decision.pk,
        "pilot": decision.pilot.ref,
        "name": decision.pilot.name,
        "unit": decision.pilot.unit.path,
        "round": decision.round,
        "outcome": decision.outcome,
        "from_stage": decision.from_stage,
        "to_stage": decision.to_stage,
        "reason": decision.reason,
        "terms": decision.terms,
        "overridden": decision.overridden,
        "override_reason": decision.override_reason,
        "proposed_by": str(decision.proposed_by),
        "approved_by": str(decision.approved_by),
        "decided_on": decision.decided_on.isoformat(),
        "recorded_at": decision.recorded_at.isoformat(),
        "snapshot": decision.snapshot,
        "digest": decision.digest,
        "digest_is": "SHA-256 of the snapshot as JSON: keys in order, no spaces, UTF-8",
    }
