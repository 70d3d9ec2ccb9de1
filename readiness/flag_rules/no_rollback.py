from datetime import date

from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.signs import FROM_POC_ON, ROLLBACK, lacking


def say(facts: Facts) -> str:
    return "Going back to the last version was never tried, or too long ago"


@flag_rule(
    "NO_ROLLBACK", title="No rollback", family=SUBSTANCE, severity=Severity.MEDIUM, limit=30,
    stages=FROM_POC_ON, say=say, graded=True,
)  # fmt: skip
def no_rollback(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Nobody has shown that it can be taken back to its last version, so a bad release stays until
    somebody finds out how. One of the four signs of an eternal PoC; high from Rollout on.

    To clear it: go back to the last version once, with a clock, and attest “Has going back to the
    last version been tried, with a clock?” on the full readiness list. Speaks from PoC on, not in
    the first 30 days after the registration and after the entry into PoC.
    """
    return lacking(pilots, ROLLBACK, as_of)
