from datetime import date

from django.db.models import Count, F, Min, OuterRef, Subquery

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Metric, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    number = facts["number"]
    return "A metric without a baseline" if number == 1 else f"{number} metrics without a baseline"


@flag_rule(
    "NO_BASELINE", title="No baseline", family=SUBSTANCE, severity=Severity.MEDIUM,
    stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION), facts=("number",), say=say,
)  # fmt: skip
def no_baseline(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """A success metric says where the pilot wants to go but not where it began, so no improvement
    can be shown.

    To clear it: measure the process as it is without the pilot, and enter that as the baseline.
    """
    lacking = Metric.objects.filter(pilot=OuterRef("pk"), until=None, baseline=None)
    per_pilot = lacking.order_by().values("pilot")
    return pilots.annotate(
        lacking_since=Subquery(per_pilot.values(day=Min("since"))),
        number=Subquery(per_pilot.values(n=Count("pk"))),
        since=DaysAfter(F("lacking_since"), F("limit")),
    )
