from datetime import date

from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.models import State
from readiness.queries.shares import with_expired


def say(facts: Facts) -> str:
    if facts["items"] == 1:
        return f"Waiver ran out: {facts['question']}"
    return f"Waivers of {facts['items']} readiness items ran out"


@flag_rule(
    "WAIVER_EXPIRED", title="Waiver expired", family=PROCESS, severity=Severity.MEDIUM,
    facts=("items", "question"), say=say,
)  # fmt: skip
def waiver_expired(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """A readiness item was waived until a day that has passed, so that it is open again. A waiver
    buys time; it does not close anything.

    To clear it: close the item with evidence, or have a manager who does not own the pilot
    approve another waiver with its reason and its end.
    """
    return with_expired(pilots, as_of, (State.WAIVED,))
