"""What a board came to: live while it meets, and as its minutes say once it is closed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from portfolio.models import Extension, ExtensionState, Pilot, RoleAssignment, Stage
from portfolio.queries.labels import day
from readiness.models import (
    AgendaItem,
    AgendaState,
    Condition,
    Decision,
    Meeting,
    Proposal,
    ProposalState,
)


@dataclass(frozen=True)
class Happened:
    """What was decided or proposed about a pilot since its board began; the latest of each."""

    decision: Decision | None = None
    proposal: Proposal | None = None
    extension: Extension | None = None


@dataclass(frozen=True)
class ConditionLine:
    what: str
    owner: str
    due: str


@dataclass(frozen=True)
class Line:
    """One pilot in the minutes. `outcome` is a headline such as "Decided: go, to Rollout"; `who`
    says who proposed and approved; `rolls` that the next board takes it up."""

    ref: str
    name: str
    unit: str
    owner: str
    state: str
    outcome: str
    who: str
    reason: str
    note: str
    conditions: tuple[ConditionLine, ...]
    next_decide_by: str
    rollovers: int
    item: int
    pilot: int

    @property
    def rolls(self) -> bool:
        return self.state == AgendaState.NOT_REACHED


@dataclass(frozen=True)
class Minutes:
    """The minutes of a closed board, as far as one person may see its pilots."""

    meeting: Meeting
    lines: tuple[Line, ...]

    def count(self, *states: str) -> int:
        return sum(line.state in states for line in self.lines)

    @property
    def sentence(self) -> str:
        """ "5 pilots: 2 decided, 1 proposed, 1 discussed, 1 not reached" """
        if not self.lines:
            return "Nothing stood on its agenda"
        counts = [f"{n} {word}" for state, word in COUNTED.items() if (n := self.count(state))]
        pilots = "1 pilot" if len(self.lines) == 1 else f"{len(self.lines)} pilots"
        return f"{pilots}: {', '.join(counts)}"

    @property
    def conditions(self) -> tuple[tuple[Line, ConditionLine], ...]:
        """Every condition with its pilot, the earliest first."""
        found = [(line, one) for line in self.lines for one in line.conditions]
        return tuple(sorted(found, key=lambda pair: (pair[1].due, pair[0].pilot)))


def minutes(meeting: Meeting, user: User) -> Minutes:
    """As that person may read them: pilots out of their sight are neither shown nor counted."""
    seen = Pilot.everything.visible_to(user)
    items = meeting.items.exclude(state=AgendaState.REMOVED)
    rows = items.filter(pilot__in=seen.order_by().values("pk"))
    return Minutes(meeting, tuple(line_of(item) for item in rows))


def line_of(item: AgendaItem) -> Line:
    """A line from the frozen record."""
    said: Mapping[str, Any] = item.record
    return Line(
        ref=f"{Pilot.REF_PREFIX}{item.pilot_id}", state=item.state, note=item.note, item=item.pk,
        pilot=item.pilot_id, rollovers=item.rollovers,
        conditions=tuple(ConditionLine(**one) for one in said.get("conditions", ())),
        **{name: str(said.get(name, "")) for name in TEXTS},
    )  # fmt: skip


COUNTED = {
    AgendaState.DECIDED: "decided", AgendaState.PROPOSED: "proposed",
    AgendaState.DISCUSSED: "discussed", AgendaState.NOT_REACHED: "not reached",
}  # fmt: skip
TEXTS = ("name", "unit", "owner", "outcome", "who", "reason", "next_decide_by")


def happened(meeting: Meeting, pilots: Collection[int]) -> dict[int, Happened]:
    """By pilot; nothing before the board has begun. Three statements."""
    since = meeting.started_at
    if since is None or not pilots:
        return {}
    people = ("proposed_by", "approved_by")
    decided = Decision.objects.filter(pilot__in=pilots, recorded_at__gte=since)
    proposed = Proposal.objects.filter(
        pilot__in=pilots, proposed_at__gte=since, state=ProposalState.WAITING
    )
    longer = Extension.objects.filter(
        pilot__in=pilots, proposed_at__gte=since, state=ExtensionState.PROPOSED
    )
    decisions = {d.pilot_id: d for d in decided.select_related(*people).order_by("pk")}
    proposals = {p.pilot_id: p for p in proposed.select_related("proposed_by").order_by("pk")}
    extensions = {e.pilot_id: e for e in longer.select_related("proposed_by").order_by("pk")}
    return {
        pk: Happened(decisions.get(pk), proposals.get(pk), extensions.get(pk))
        for pk in {*decisions, *proposals, *extensions}
    }


def record_of(items: Sequence[AgendaItem]) -> dict[int, dict[str, Any]]:
    """What the minutes keep of each item, by its id. Their pilots and units are loaded."""
    pilots = [item.pilot_id for item in items]
    conditions: dict[int, list[dict[str, str]]] = defaultdict(list)
    of = Condition.objects.filter(decision__in=[i.decision_id for i in items if i.decision_id])
    for one in of.select_related("owner").order_by("due", "pk"):
        conditions[one.decision_id].append(
            {"what": one.what, "owner": str(one.owner), "due": one.due.isoformat()}
        )
    owners = RoleAssignment.objects.open().owners().filter(pilot__in=pilots)
    owner_of = {one.pilot_id: str(one.person) for one in owners.select_related("person")}
    waiting = Extension.objects.filter(pilot__in=pilots, state=ExtensionState.PROPOSED)
    longer = {one.pilot_id: one for one in waiting.select_related("proposed_by")}
    return {
        item.pk: {
            "name": item.pilot.name, "unit": str(item.pilot.unit),
            "owner": owner_of.get(item.pilot_id, ""),
            "conditions": conditions.get(item.decision_id or 0, []),
            **outcome_words(item, item.decision, item.proposal, longer.get(item.pilot_id)),
        }
        for item in items
    }  # fmt: skip


def outcome_words(
    item: AgendaItem, decision: Decision | None, proposal: Proposal | None,
    extension: Extension | None = None,
) -> dict[str, str]:  # fmt: skip
    """Outcome, who, reason and the next day to decide by, in words."""
    if decision:
        who = f"Proposed by {decision.proposed_by}, approved by {decision.approved_by}"
        return _said(f"Decided: {_what(decision)}", who, decision.reason, decision.terms)
    if item.state == AgendaState.PROPOSED and proposal:
        who = f"Proposed by {proposal.proposed_by}; waits for a second person"
        return _said(f"Proposed: {_what(proposal)}", who, proposal.reason, proposal.terms)
    if item.state == AgendaState.PROPOSED and extension:
        who = f"Proposed by {extension.proposed_by}; waits for a second person"
        outcome = f"Proposed: extend to {day(extension.to_day)}"
        return {"outcome": outcome, "who": who, "reason": extension.reason}
    return {"outcome": str(item.get_state_display())}


def _what(one: Decision | Proposal) -> str:
    words = str(one.get_outcome_display()).lower()
    if one.from_stage == one.to_stage:
        return words
    return f"{words}, to {Stage(one.to_stage).label}"


def _said(outcome: str, who: str, reason: str, terms: Mapping[str, Any]) -> dict[str, str]:
    by = terms.get("next_decide_by") or terms.get("until") or ""
    return {"outcome": outcome, "who": who, "reason": reason, "next_decide_by": str(by)}
