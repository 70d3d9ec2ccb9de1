from datetime import date

from django.db.models import DateField, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Metric, Reading, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"No reading of “{facts['metric']}” for {facts.days('last')} days"


@flag_rule(
    "READING_OVERDUE", title="Reading overdue", family=SUBSTANCE, severity=Severity.MEDIUM,
    limit=7, stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION),
    facts=("metric", "last"), say=say,
)  # fmt: skip
def reading_overdue(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """A success metric has not been read for longer than its cadence and a week of grace. A model
    that nobody measures degrades quietly.

    To clear it: record a reading, or end the metric if it does not matter any more.
    """
    counted = Reading.objects.filter(metric=OuterRef("pk"), superseded_at=None)
    newest = counted.order_by("-on", "-pk").values("on")[:1]
    # The metric that has waited longest speaks for the pilot.
    waiting = (
        Metric.objects.filter(pilot=OuterRef("pk"), until=None)
        .annotate(last=Coalesce(Subquery(newest, output_field=DateField()), F("since")))
        .annotate(next_due=DaysAfter(F("last"), Cast(F("cadence_days"), IntegerField())))
        .order_by("next_due", "pk")
    )
    return pilots.annotate(
        due=Subquery(waiting.values("next_due")[:1], output_field=DateField()),
        metric=Subquery(waiting.values("name")[:1]),
        last=Subquery(waiting.values("last")[:1], output_field=DateField()),
        since=DaysAfter(F("due"), F("limit"), Value(1)),
    )
