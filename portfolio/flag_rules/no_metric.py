from datetime import date

from django.db.models import Exists, F, Max, OuterRef, Subquery
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
    last = metrics.exclude(until=None).values("pilot").values(day=Max("until"))
    # GREATEST ignores NULL: a pilot that never had a metric counts from its stage entry.
    return pilots.filter(~Exists(metrics.filter(until=None))).annotate(
        without_since=Greatest(F("stage_since_bound"), Subquery(last)),
        since=DaysAfter(F("without_since"), F("limit")),
    )
