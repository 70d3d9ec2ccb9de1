from datetime import date

from portfolio.flags.registry import PRODUCTION, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.aftercare import overdue


def say(facts: Facts) -> str:
    return f"Nobody has checked it 90 days after launch; due {facts.days('due_on')} days ago"


@flag_rule(
    "CHECK_90D", title="90-day check late", family=PRODUCTION, severity=Severity.MEDIUM,
    limit=7, stages=(Stage.PRODUCTION,), facts=("due_on", "limit"), say=say,
)  # fmt: skip
def check_90d(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The check 90 days after launch is overdue: nobody has said whether the pilot is still as
    good as on the day it went live. The best model is still right after three months.

    To clear it: compare its quality now with the quality at launch, and record the check.
    """
    return overdue(pilots, 90, as_of)
