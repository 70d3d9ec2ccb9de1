from datetime import date

from django.db.models import F, Subquery, Value
from django.db.models.functions import Greatest

from portfolio.flags.registry import PRODUCTION, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.shares import open_since, with_score
from readiness.queries.signs import graced


def say(facts: Facts) -> str:
    return f"In production with {facts['open']} of {facts['total']} must-haves open"


@flag_rule(
    "CLAIMED_LIVE", title="Claimed live", family=PRODUCTION, severity=Severity.HIGH, limit=30,
    stages=(Stage.PRODUCTION,), facts=("open", "total"), say=say,
)  # fmt: skip
def claimed_live(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """It is said to be in production, and one of the ten must-haves has no evidence, or evidence
    that ran out. The business says launched; nobody can show it. The ten are asked, not the full
    list: each of them alone can end it, and they are what the gate to Production asks.

    To clear it: close every one of the ten production questions with evidence, or have a manager
    waive it until a day. Not in the first 30 days after the registration.
    """
    counted = with_score(pilots, as_of).annotate(open=F("total") - F("met")).filter(open__gt=0)
    first = Subquery(open_since(as_of, Value(1)))
    return counted.annotate(since=Greatest(graced(), first))
