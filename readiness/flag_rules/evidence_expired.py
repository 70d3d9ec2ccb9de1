from datetime import date

from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.models import State
from readiness.queries.shares import with_expired


def say(facts: Facts) -> str:
    if facts["items"] == 1:
        return f"Evidence ran out: {facts['question']}"
    return f"Evidence of {facts['items']} readiness items ran out"


@flag_rule(
    "EVIDENCE_EXPIRED", title="Evidence expired", family=PROCESS, severity=Severity.MEDIUM,
    facts=("items", "question"), say=say,
)  # fmt: skip
def evidence_expired(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Evidence of a readiness item has passed its last day, so that the item is open again. What
    was true a year ago says little about today.

    To clear it: open the pilot's readiness page, look at the item again and attest it with newer
    evidence, or set it to open if nobody can.
    """
    return with_expired(pilots, as_of, (State.ATTESTED, State.VERIFIED, State.NOT_APPLICABLE))
