from datetime import date

from django.db.models import F, Value

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"{facts.days('demo_on') // 365} years since the demo, and not shipped"


@flag_rule(
    "ZOMBIE", title="Zombie", family=TIME, severity=Severity.HIGH, limit=730,
    stages=(Stage.IDEA, Stage.POC, Stage.PILOT, Stage.ROLLOUT), facts=("demo_on", "limit"),
    say=say,
)  # fmt: skip
def zombie(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Two years after its demo the pilot still runs and has never shipped.

    To clear it: ship it or stop it. Nothing else does.
    """
    return (
        pilots.filter(shipped=False)
        .exclude(demo_on=None)
        .annotate(since=DaysAfter(F("demo_on"), F("limit"), Value(1)))
    )
