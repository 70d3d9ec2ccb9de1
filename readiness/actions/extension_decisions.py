"""An extension is a decision too: it stands in the register with everything as it was."""

from copy import copy

from accounts.models import User
from common import clock
from portfolio.models import Extension
from readiness import terms
from readiness.actions.decisions import next_round
from readiness.models import Decision, Outcome
from readiness.queries import packet


def record(extension: Extension, by: User, channel: str) -> None:
    """Keep an extension that has just been approved, in the transaction of its approval.

    The pilot is locked. The snapshot is of the paper before the day moved. The event is the
    extension's own.
    """
    before = copy(extension.pilot)
    before.decide_by = extension.from_day
    paper = packet.packet(before, user=by, as_of=clock.today(), to_stage=before.stage)
    snapshot, digest = packet.frozen(paper)
    Decision.objects.create(
        pilot=extension.pilot, round=next_round(extension.pilot), outcome=Outcome.EXTEND,
        from_stage=before.stage, to_stage=before.stage, reason=extension.reason,
        terms=terms.kept(terms.Terms(next_decide_by=extension.to_day)),
        proposed_by=extension.proposed_by, approved_by=by, decided_on=clock.today(),
        recorded_at=clock.now(), snapshot=snapshot, digest=digest,
    )  # fmt: skip
