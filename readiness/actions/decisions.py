"""Decisions about a pilot: one person proposes, another approves, and it is kept as it stood.

An extension is the fifth outcome; it is proposed and approved by `portfolio.actions.extensions`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import may_decide, may_manage
from portfolio.actions import events, flags, pilots, stages
from portfolio.actions.pilots import locked
from portfolio.models import ExtensionState, Pilot, Stage
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES
from portfolio.queries.people import assignable
from readiness import terms as said
from readiness.actions import conditions
from readiness.models import Decision, Outcome, Proposal, ProposalState
from readiness.queries import packet

TAKEN = "That proposal was settled in the meantime."
MOVING = (Outcome.GO, Outcome.CONDITIONS)
OPEN_ENDED = (Stage.POC, Stage.PILOT, Stage.ROLLOUT)
"""Stages that are left by the next decision, so that it needs its day."""
LONGEST = 10_000


@transaction.atomic
def propose(
    *, pilot: Pilot, by: User, channel: str, outcome: str, reason: str, to_stage: str = "",
    terms: Mapping[str, Any] | None = None, token: UUID | None = None,
) -> Proposal:  # fmt: skip
    """Propose a decision. It moves nothing until somebody else approves.

    A go leads to `to_stage`, by default the next one. `terms` is checked by readiness.terms. A
    form that is sent twice carries the same `token` and makes one proposal.
    """
    pilot = locked(pilot)
    if not may_manage(by, pilot):
        raise NotAllowed(f"Only a portfolio manager of {pilot.unit} proposes a decision.")
    again = Proposal.objects.filter(token=token).first() if token else None
    if again and (again.pilot_id, again.proposed_by_id) == (pilot.pk, by.pk):
        return again
    _check_free(pilot, outcome)
    checked = said.check(outcome, terms, as_of=clock.today())
    reason = _reason(reason)
    target = _target(pilot, outcome, to_stage)
    _check_days(pilot, outcome, target, checked)
    check_people(pilot, checked)
    found = _stored(Proposal(
        pilot=pilot, round=next_round(pilot), from_stage=pilot.stage, to_stage=target,
        outcome=outcome, reason=reason, terms=said.kept(checked), proposed_by=by,
        proposed_at=clock.now(), token=token if again is None else None,
    ))  # fmt: skip
    _record("decision.proposed", found, by, channel, after=_told(found), reason=reason)
    return found


@transaction.atomic
def approve(
    *, proposal: Proposal, by: User, channel: str, override_reason: str = ""
) -> Decision:  # fmt: skip
    """Decide as proposed: freeze the packet, then move, hold or end the pilot.

    What the gate finds hard at this moment refuses it, unless `override_reason` says why it is
    accepted; both are kept with the decision. Conflict when the pilot moved since it was proposed.
    """
    found = _waiting(proposal)
    pilot, today = found.pilot, clock.today()
    _check_decider(by, pilot)
    if found.proposed_by_id == by.pk:
        raise NotAllowed("Somebody else approves what you proposed.")
    if pilot.stage != found.from_stage:
        raise Conflict(
            f"{pilot.ref} moved to {pilot.get_stage_display()} since this was proposed. "
            "Decline it, and propose anew."
        )
    checked = said.read(found.terms)
    _check_still(found, checked, today)
    paper = packet.packet(pilot, user=by, as_of=today, to_stage=found.to_stage)
    overridden, override_reason = _overridden(found, paper, override_reason)
    decision = _keep(found, by, paper, overridden, override_reason)
    _settle(found, ProposalState.APPROVED, by)
    after = {**_told(found), **({"overridden": overridden} if overridden else {})}
    _record("decision.approved", found, by, channel, after=after, reason=found.reason)
    _carry_out(decision, checked, by, channel)
    flags.sweep_pilots(pilots=[pilot.pk])
    return decision


@transaction.atomic
def decline(*, proposal: Proposal, by: User, channel: str, answer: str) -> Proposal:
    """Say no, with a reason. Who proposed it withdraws it instead."""
    found = _waiting(proposal)
    _check_decider(by, found.pilot)
    if found.proposed_by_id == by.pk:
        raise NotAllowed("You proposed this yourself: withdraw it.")
    answer = text.clean(answer, lines=True)
    if not answer:
        raise Refused("Say why not.", field="answer")
    found.answer = answer
    _settle(found, ProposalState.DECLINED, by)
    _record("decision.declined", found, by, channel, before=_told(found), reason=answer)
    return found


@transaction.atomic
def withdraw(*, proposal: Proposal, by: User, channel: str, answer: str = "") -> Proposal:
    """Take one's own proposal back."""
    found = _waiting(proposal)
    if found.proposed_by_id != by.pk:
        raise NotAllowed("Only who proposed it withdraws it; others decline.")
    found.answer = text.clean(answer, lines=True)
    _settle(found, ProposalState.WITHDRAWN, by)
    _record("decision.withdrawn", found, by, channel, before=_told(found), reason=found.answer)
    return found


def next_round(pilot: Pilot) -> int:
    """The number of the pilot's next decision; its row is locked, so that nobody else takes it."""
    last = Decision.objects.filter(pilot=pilot).aggregate(last=Max("round"))["last"]
    return (last or 0) + 1


def check_people(pilot: Pilot, terms: said.Terms) -> None:
    """Who answers for a condition is inside, here, and may see the pilot."""
    here = {person.pk: person for person in assignable().filter(pk__in=terms.people)}
    for number, term in enumerate(terms.conditions, start=1):
        person = here.get(term.owner)
        seen = person and Pilot.objects.visible_to(person).filter(pk=pilot.pk).exists()
        if not seen:
            raise Refused(
                f"Condition {number}: Choose somebody inside the company who may see {pilot.ref}.",
                field="conditions",
            )


def _check_free(pilot: Pilot, outcome: str) -> None:
    if outcome == Outcome.EXTEND:
        raise Refused("More time is asked for by an extension.", field="outcome")
    waiting = Proposal.objects.filter(pilot=pilot, state=ProposalState.WAITING)
    if (one := waiting.select_related("proposed_by").first()) is not None:
        raise Conflict(
            f"{one.proposed_by} proposed “{one.get_outcome_display()}” already; "
            "that is answered first."
        )
    if pilot.extensions.filter(state=ExtensionState.PROPOSED).exists():
        raise Conflict("An extension waits for an answer; that is answered first.")
    if pilot.stage in ENDED_STAGES and outcome not in MOVING:
        raise Refused(f"{pilot.ref} has ended already.", field="outcome")


def _stored(made: Proposal) -> Proposal:
    """Insert it. The pilot is locked, so only the token of a form that is sent for another pilot
    at the same moment can be taken; that other proposal keeps it."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        if not Proposal.objects.filter(token=made.token).exists():
            raise
        made.token = None
        made.save(force_insert=True)
    return made


def _reason(reason: str) -> str:
    reason = text.clean(reason, lines=True)
    if not reason:
        raise Refused("Say why.", field="reason")
    if len(reason) > LONGEST:
        raise Refused(f"{LONGEST:,} characters are enough.", field="reason")
    return reason


def _target(pilot: Pilot, outcome: str, to_stage: str) -> str:
    if outcome == Outcome.STOP:
        return Stage.RETIRED if pilot.shipped else Stage.STOPPED
    if outcome not in MOVING:
        return pilot.stage
    target = to_stage or packet.next_stage(pilot)
    if target not in ACTIVE_STAGES:
        raise Refused("Choose the stage it goes to.", field="to_stage")
    try:
        stages.check(pilot, target, clock.today())
    except Refused as wrong:
        raise Refused(wrong.sentence, field="to_stage") from None
    return target


def _check_days(pilot: Pilot, outcome: str, target: str, terms: said.Terms) -> None:
    if outcome in MOVING and target in OPEN_ENDED and terms.next_decide_by is None:
        raise Refused(f"Say by which day {Stage(target).label} is decided.", field="next_decide_by")
    if outcome == Outcome.HOLD and terms.next_decide_by is not None:
        raise Refused(
            "A hold does not move the day to decide by; an extension does.",
            field="next_decide_by",
        )


def _check_decider(by: User, pilot: Pilot) -> None:
    if not may_decide(by, pilot):
        raise NotAllowed(f"Only executives and portfolio managers of {pilot.unit} decide this.")


def _waiting(proposal: Proposal) -> Proposal:
    """The proposal as it waits now, its pilot locked; Conflict when it waits no more."""
    pilot = locked(proposal.pilot)
    found = Proposal.objects.filter(pk=proposal.pk, state=ProposalState.WAITING).first()
    if found is None:
        raise Conflict(TAKEN)
    found.pilot = pilot
    return found


def _check_still(found: Proposal, terms: said.Terms, today: date) -> None:
    """Days and people as they are when it is approved."""
    days = [terms.until, terms.next_decide_by, *(one.due for one in terms.conditions)]
    if any(day is not None and day <= today for day in days):
        raise Refused("A day in it has passed since. Decline it, and propose anew.")
    check_people(found.pilot, terms)
    if found.outcome in (*MOVING, Outcome.STOP):
        stages.check(found.pilot, found.to_stage, today)


def _overridden(found: Proposal, paper: packet.Packet, reason: str) -> tuple[list[str], str]:
    """The hard findings that are accepted, and why; Refused when nobody says why."""
    blocking = paper.blocking
    if found.outcome not in MOVING or not blocking:
        return [], ""
    reason = text.clean(reason, lines=True)
    if not reason:
        raise Refused(
            f"The gate blocks: {blocking[0].sentence} "
            f"{'Close it' if len(blocking) == 1 else f'Close all {len(blocking)}'}, "
            "or say why it goes on all the same.",
            field="override_reason",
        )
    return [one.code for one in blocking], reason


def _keep(
    found: Proposal, by: User, paper: packet.Packet, overridden: list[str], override_reason: str
) -> Decision:
    snapshot, digest = packet.frozen(paper)
    found.round = next_round(found.pilot)
    return Decision.objects.create(
        pilot=found.pilot, round=found.round, outcome=found.outcome, from_stage=found.from_stage,
        to_stage=found.to_stage, reason=found.reason, terms=found.terms, overridden=overridden,
        override_reason=override_reason, proposed_by=found.proposed_by, approved_by=by,
        decided_on=clock.today(), recorded_at=clock.now(), snapshot=snapshot, digest=digest,
    )  # fmt: skip


def _carry_out(decision: Decision, terms: said.Terms, by: User, channel: str) -> None:
    pilot = decision.pilot
    conditions.open_for(decision=decision, by=by, channel=channel)
    if decision.outcome == Outcome.HOLD:
        pilots.hold(
            pilot=pilot, by=by, channel=channel, until=terms.until, reason=decision.reason,
            decided=True,
        )  # fmt: skip
    elif decision.from_stage != decision.to_stage:
        stages.change(
            pilot=pilot, by=by, channel=channel, stage=decision.to_stage, reason=decision.reason,
            decided=True, decide_by=terms.next_decide_by,
        )  # fmt: skip


def _settle(found: Proposal, state: str, by: User) -> None:
    found.state, found.settled_at, found.settled_by = state, clock.now(), by
    found.save()


def _told(found: Proposal) -> dict[str, Any]:
    moves = found.from_stage != found.to_stage
    return {
        "decision": str(found.get_outcome_display()),
        **({"to_stage": str(found.get_to_stage_display())} if moves else {}),
    }


def _record(
    verb: str, found: Proposal, by: User, channel: str, *, reason: str,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    events.record(
        verb=verb, by=by, channel=channel, pilot=found.pilot, before=before, after=after,
        reason=reason,
    )  # fmt: skip
