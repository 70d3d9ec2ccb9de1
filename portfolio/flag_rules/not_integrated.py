from datetime import date

from django.db.models import F

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.models.pilot import Integration
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return "Connected to nothing"


@flag_rule(
    "NOT_INTEGRATED", title="Not integrated", family=SUBSTANCE, severity=Severity.HIGH,
    stages=(Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION), say=say,
)  # fmt: skip
def not_integrated(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """It is liked, but it is part of no system and no process: people carry data to it and back
    by hand. What is not in the workflow is used while somebody cares, and then no more.

    To clear it: connect it to a system or put it into the workflow, and correct the integration
    under “Where it runs”.
    """
    return pilots.filter(integration=Integration.NONE).annotate(
        since=DaysAfter(F("stage_since_bound"), F("limit"))
    )
