"""Decisions as rows, for tests of what comes after one."""

from datetime import date, timedelta
from typing import Any

from accounts.models import User
from common import clock
from portfolio.models import Channel, Pilot
from readiness.actions import conditions
from readiness.models import Condition, Decision
from readiness.queries.packet import digest

STOP = {
    "family": "data", "codes": ["late_data"], "lessons": "Ask for a sample of real data first.",
    "reuse": "The labelled set.", "data": "Deleted on the last of May.",
    "access": "The platform team ends it by then.",
}  # fmt: skip


def decide(
    pilot: Pilot, by: User, approver: User, outcome: str = "go", *, on: date | None = None,
    to_stage: str = "", terms: dict[str, Any] | None = None, reason: str = "It works.",
    overridden: tuple[str, ...] = (), override_reason: str = "",
    snapshot: dict[str, Any] | None = None,
) -> Decision:  # fmt: skip
    """A decision about the pilot as it is; its stage does not move."""
    snapshot = {"pilot": {"ref": pilot.ref, "name": pilot.name}} if snapshot is None else snapshot
    decision = Decision.objects.create(
        pilot=pilot, round=pilot.decisions.count() + 1, outcome=outcome, from_stage=pilot.stage,
        to_stage=to_stage or pilot.stage, reason=reason, terms=terms or {},
        overridden=list(overridden), override_reason=override_reason, proposed_by=by,
        approved_by=approver, decided_on=on or clock.today(), recorded_at=clock.now(),
        snapshot=snapshot, digest=digest(snapshot),
    )  # fmt: skip
    conditions.open_for(decision=decision, by=approver, channel=Channel.COMMAND)
    return decision


def condition(
    pilot: Pilot, owner: User, by: User, approver: User, *, what: str = "Sign the contract",
    due: date | None = None,
) -> Condition:  # fmt: skip
    """The one condition of a go; due in thirty days unless said otherwise."""
    due = due or clock.today() + timedelta(days=30)
    terms = {"conditions": [{"what": what, "owner": owner.pk, "due": due.isoformat()}]}
    return decide(pilot, by, approver, "conditions", terms=terms).conditions.get()
