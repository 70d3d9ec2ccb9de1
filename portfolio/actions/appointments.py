"""The rows of a role: who may hold it, how it is offered, begins and ends.

Callers lock the pilot, check rights, and sweep.
"""

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.actions import events, proposal_letters
from portfolio.models import OwnerProposal, Pilot, ProposalOutcome, RoleAssignment, RoleKind
from portfolio.models.person import OUTSIDERS_MAY


def appoint(
    *,
    pilot: Pilot,
    person: User,
    role: str,
    by: User,
    channel: str,
    former: RoleAssignment | None = None,
    batch: str = "",
) -> RoleAssignment:
    """Begin a role today, and end the former holder's if it passes from one to the other.

    `batch` marks what was done together, so that it can be undone together.
    """
    if former:
        end(former)
    assignment = RoleAssignment.objects.create(
        pilot=pilot, person=person, role=role, since=clock.today(), recorded_at=clock.now()
    )
    events.record(
        verb="person.assigned", by=by, channel=channel, pilot=pilot,
        before={role: former.person} if former else {},
        after={role: person, **({"batch": batch} if batch else {})},
    )  # fmt: skip
    return assignment


def end(assignment: RoleAssignment) -> None:
    assignment.until = clock.today()
    assignment.save(update_fields=["until"])


def check(person: User, role: str) -> None:
    """Refuse whoever cannot hold the role: accountable are internal people who are here."""
    if role not in RoleKind.values:
        raise Refused(f"“{role}” is not a role on a pilot.", field="role")
    if not person.is_active:
        raise Refused(f"{person} has left; choose somebody who is here.", field="person")
    if role not in OUTSIDERS_MAY and not person.is_internal:
        raise Refused(
            f"{person} is external; who answers for a pilot must be internal.", field="person"
        )


def ask(
    *, pilot: Pilot, person: User, by: User, channel: str, former: User | None, batch: str,
    note: str = "",
) -> OwnerProposal:  # fmt: skip
    """Begin to ask a person to own a pilot. The caller writes the letter."""
    proposal = OwnerProposal.objects.create(
        pilot=pilot, person=person, former=former, asked_by=by, asked_on=clock.today(), note=note,
        recorded_at=clock.now(),
    )  # fmt: skip
    events.record(
        verb="owner.proposed", by=by, channel=channel, pilot=pilot,
        before={"owner": former} if former else {}, after={"asked": person, "batch": batch},
        reason=note,
    )  # fmt: skip
    return proposal


def retract(proposal: OwnerProposal, *, by: User | None, channel: str, reason: str = "") -> None:
    """Take a question back: it closes without an answer."""
    proposal.outcome, proposal.answered_on = ProposalOutcome.WITHDRAWN, clock.today()
    proposal.reason = reason
    proposal.save(update_fields=["outcome", "answered_on", "reason"])
    proposal_letters.call_back(proposal=proposal)
    events.record(
        verb="owner.withdrawn", by=by, channel=channel, pilot=proposal.pilot,
        before={"asked": proposal.person}, reason=reason,
    )  # fmt: skip
