from datetime import date

from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.signs import FROM_POC_ON, LOGS, lacking


def say(facts: Facts) -> str:
    return "Nobody has shown logs of its runs"


@flag_rule(
    "NO_LOGS", title="No logs", family=SUBSTANCE, severity=Severity.MEDIUM, limit=30,
    stages=FROM_POC_ON, say=say, graded=True,
)  # fmt: skip
def no_logs(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Nobody has shown that its runs are logged where the team can search them, so what it did can
    only be guessed. One of the four signs of an eternal PoC; high from Rollout on.

    To clear it: log every run with its version, and attest “Are its runs logged where the team can
    search them?” on the full readiness list with a link to the logs. Speaks from PoC on, not in
    the first 30 days after the registration and after the entry into PoC.
    """
    return lacking(pilots, LOGS, as_of)
