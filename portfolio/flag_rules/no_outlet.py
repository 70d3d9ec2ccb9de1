from datetime import date

from django.db.models import F

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return "No planned outlet"


@flag_rule(
    "NO_OUTLET", title="No outlet", family=SUBSTANCE, severity=Severity.MEDIUM,
    stages=(Stage.POC, Stage.PILOT), facts=(), say=say,
)  # fmt: skip
def no_outlet(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Nobody has said where the result would go if it works: which system takes it up, who pays
    for it, which team runs it. A PoC is fine if it has an outlet.

    To clear it: fill in the planned outlet in the charter.
    """
    return pilots.filter(planned_outlet="").annotate(
        since=DaysAfter(F("stage_since_bound"), F("limit"))
    )
