from datetime import date

from django.db.models import F

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    days = facts.days("decide_by")
    return f"Decision overdue by {days} {'day' if days == 1 else 'days'}"


@flag_rule(
    "DECISION_OVERDUE", title="Decision overdue", family=TIME, severity=Severity.HIGH, limit=1,
    facts=("decide_by",), say=say,
)  # fmt: skip
def decision_overdue(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The day by which the pilot had to be decided has passed, and it has neither shipped nor been
    stopped.

    To clear it: decide. Move it on or stop it, or agree on another day and write down why.
    """
    return pilots.decision_overdue(as_of).annotate(since=DaysAfter(F("decide_by"), F("limit")))
