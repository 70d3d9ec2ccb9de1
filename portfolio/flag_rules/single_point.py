from datetime import date

from django.db.models import F

from portfolio.flags.days import DaysAfter
from portfolio.flags.recorded import recorded_on
from portfolio.flags.registry import OWNERSHIP, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    holders = facts["access_holders"]
    return "Nobody has access" if not holders else f"Only {holders} of {facts['limit']} with access"


@flag_rule(
    "SINGLE_POINT", title="Single point", family=OWNERSHIP, severity=Severity.MEDIUM, limit=2,
    unit="people", facts=("access_holders", "limit"), say=say,
)  # fmt: skip
def single_point(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Fewer than 2 people can reach the pilot and run it. It dies when its launcher leaves.

    To clear it: give a second person access, let them run it once, and correct the number of
    people with access under “Where it runs”.
    """
    return pilots.filter(access_holders__lt=F("limit")).annotate(
        since=DaysAfter(recorded_on("access_holders"))
    )
