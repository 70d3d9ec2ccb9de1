"""The packet's page: the paper, what waits for an answer, and what this person may do."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from portfolio.access import may_decide, may_manage
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES
from portfolio.queries.extensions import Extensions, extensions
from readiness import terms
from readiness.models import Proposal, ProposalState
from readiness.queries import undecided
from readiness.queries.packet import Packet, packet
from readiness.queries.undecided import Undecided
from readiness.terms import Terms


@dataclass(frozen=True, slots=True)
class ConditionTold:
    what: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal nobody has answered. `own` for who proposed it, `stale` when the pilot moved."""

    id: int
    outcome: str
    moves: str
    by: str
    at: datetime
    reason: str
    terms: Terms
    conditions: tuple[ConditionTold, ...]
    own: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A stage whose gate the packet can show."""

    stage: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class PacketPage:
    paper: Packet
    pilot: Pilot
    as_of: date
    waiting: Waiting | None
    extensions: Extensions
    targets: tuple[Target, ...]
    may_propose: bool
    may_settle: bool
    undecided: Undecided | None = None

    @property
    def ended(self) -> bool:
        return self.pilot.stage in ENDED_STAGES

    @property
    def stays(self) -> bool:
        """What is proposed moves nothing: a hold."""
        return self.paper.to_stage == self.pilot.stage

    @property
    def asks_more_time(self) -> bool:
        return self.extensions.waiting is not None

    @property
    def to_label(self) -> str:
        return str(Stage(self.paper.to_stage).label) if self.paper.to_stage else ""

    @property
    def overrides(self) -> bool:
        """An approval would have to say why it goes on although the gate blocks."""
        waiting = self.waiting
        moves = waiting is not None and bool(waiting.moves)
        return moves and bool(self.paper.blocking)


def packet_page(pilot: Pilot, *, user: User, as_of: date, to_stage: str = "") -> PacketPage:
    """A constant number of statements. A waiting proposal decides which gate is shown."""
    rows = Proposal.objects.filter(pilot=pilot, state=ProposalState.WAITING)
    found = rows.select_related("proposed_by").first()
    if found is not None:
        to_stage = found.to_stage
    elif to_stage not in Stage.values or to_stage == pilot.stage:
        to_stage = ""
    paper = packet(pilot, user=user, as_of=as_of, to_stage=to_stage)
    end = Stage.RETIRED if pilot.shipped else Stage.STOPPED
    targets = [s for s in (*ACTIVE_STAGES[1:], end) if s != pilot.stage]
    time = extensions(pilot, user=user, as_of=as_of)
    return PacketPage(
        paper=paper, pilot=pilot, as_of=as_of, waiting=_waiting(found, pilot, user),
        extensions=time,
        targets=tuple(Target(s, str(s.label), s == paper.to_stage) for s in targets),
        may_propose=found is None and time.waiting is None and may_manage(user, pilot),
        may_settle=found is not None and may_decide(user, pilot),
        undecided=undecided.of_pilot(pilot, user),
    )  # fmt: skip


def _waiting(found: Proposal | None, pilot: Pilot, user: User) -> Waiting | None:
    if found is None:
        return None
    said = terms.read(found.terms)
    people = {one.pk: str(one) for one in User.objects.filter(pk__in=said.people)}
    moves = found.from_stage != found.to_stage and found.to_stage not in ENDED_STAGES
    return Waiting(
        id=found.pk, outcome=str(found.get_outcome_display()),
        moves=str(found.get_to_stage_display()) if moves else "", by=str(found.proposed_by),
        at=found.proposed_at, reason=found.reason, terms=said,
        conditions=tuple(
            ConditionTold(one.what, people.get(one.owner, "somebody who left"), one.due)
            for one in said.conditions
        ),
        own=found.proposed_by_id == user.pk, stale=found.from_stage != pilot.stage,
    )  # fmt: skip
