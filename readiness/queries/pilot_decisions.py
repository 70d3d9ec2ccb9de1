"""Decisions on a pilot's page: how it ended, what waits, what is promised, what was decided."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.models import Pilot
from portfolio.models.stage import ENDED_STAGES
from readiness.access import came_into
from readiness.models import Decision, Outcome, Proposal, ProposalState
from readiness.queries import undecided
from readiness.queries.conditions import ConditionLine, line, unsettled, with_people
from readiness.queries.decision_page import moved
from readiness.queries.undecided import Undecided
from readiness.terms import Stop, Terms, read

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that was taken. `about` names the pilot it was about, when that was another one
    that was merged into this one since."""

    id: int
    round: int
    outcome: str
    outcome_label: str
    moved: str
    on: date
    by: str
    reason: str
    overridden: int
    terms: Terms
    about: str


@dataclass(frozen=True, slots=True)
class Proposed:
    outcome: str
    moved: str
    by: str
    reason: str
    own: bool


@dataclass(frozen=True)
class PilotDecisions:
    """`ended` tells that the pilot has ended; `end` is the decision that did it, None when it was
    ended without one. `undecided` tells how it came past a gate without one."""

    ended: bool
    end: Taken | None
    proposed: Proposed | None
    conditions: tuple[ConditionLine, ...]
    taken: tuple[Taken, ...]
    undecided: Undecided | None = None

    @property
    def stop(self) -> Stop | None:
        return self.end.terms.stop if self.end else None

    def __bool__(self) -> bool:
        return bool(self.ended or self.proposed or self.conditions or self.taken or self.undecided)


def pilot_decisions(pilot: Pilot, *, user: User, as_of: date) -> PilotDecisions:
    """The pilot came through `get_pilot`. Four queries, and those of `undecided.of_pilot`."""
    about = {pilot.pk, *came_into(user, pilot)}
    rows = Decision.objects.filter(pilot__in=about).select_related("approved_by", "pilot")
    latest = rows.defer("snapshot").order_by("-decided_on", "-pk")[:SHOWN]
    taken = tuple(_taken(row, pilot) for row in latest)
    ended = pilot.stage in ENDED_STAGES
    ends = (one for one in taken if one.outcome == Outcome.STOP and not one.about)
    return PilotDecisions(
        ended=ended,
        end=next(ends, None) if ended else None,
        proposed=_proposed(pilot, user),
        conditions=tuple(
            line(row, as_of)
            for row in with_people(unsettled().filter(pilot=pilot)).order_by("due", "pk")
        ),
        taken=taken,
        undecided=undecided.of_pilot(pilot, user),
    )


def _taken(row: Decision, pilot: Pilot) -> Taken:
    return Taken(
        id=row.pk, round=row.round, outcome=row.outcome,
        outcome_label=str(Outcome(row.outcome).label), moved=moved(row.from_stage, row.to_stage),
        on=row.decided_on, by=str(row.approved_by), reason=row.reason,
        overridden=len(row.overridden), terms=read(row.terms),
        about="" if row.pilot_id == pilot.pk else f"{row.pilot.ref} {row.pilot.name}",
    )  # fmt: skip


def _proposed(pilot: Pilot, user: User) -> Proposed | None:
    rows = Proposal.objects.filter(pilot=pilot, state=ProposalState.WAITING)
    row = rows.select_related("proposed_by").first()
    if row is None:
        return None
    return Proposed(
        outcome=str(Outcome(row.outcome).label), moved=moved(row.from_stage, row.to_stage),
        by=str(row.proposed_by), reason=row.reason, own=row.proposed_by_id == user.pk,
    )  # fmt: skip
