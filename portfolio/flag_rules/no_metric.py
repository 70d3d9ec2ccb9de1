from datetime import date

from django.db.models import Case, Exists, F, Max, OuterRef, Subquery, When
from django.db.models.functions import Greatest

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Metric, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return "No success metric"


@flag_rule(
    "NO_METRIC", title="No metric", family=SUBSTANCE, severity=Severity.HIGH,
    stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION), facts=("without_since",),
    say=say,
)  # fmt: skip
def no_metric(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Nothing says what success means: the pilot has left the idea stage without a success metric,
    so nobody can tell a good result from a bad one.

    To clear it: add one metric with its unit, direction, baseline and target.
    """
    metrics = Metric.objects.filter(pilot=OuterRef("pk"))
    # Few pilots gave a metric up, so the day is asked of those only: one hash probe for the others.
    former = metrics.exclude(until=None)
    last = former.values("pilot").values(day=Max("until"))
    return pilots.filter(~Exists(metrics.filter(until=None))).annotate(
        without_since=Case(
            When(Exists(former), then=Greatest(F("stage_since_bound"), Subquery(last))),
            default=F("stage_since_bound"),
        ),
        since=DaysAfter(F("without_since"), F("limit")),
    )
