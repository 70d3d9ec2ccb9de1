from datetime import date, timedelta

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Concat

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PRODUCTION, Facts, flag_rule
from portfolio.models import ModelUse
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet

URGENT = timedelta(days=30)


def say(facts: Facts) -> str:
    passed = facts.days("retires_on")
    name = str(facts["model_name"]).strip()
    if passed > 0:
        return f"“{name}” was retired {passed} days ago"
    if passed == 0:
        return f"“{name}” is retired today"
    return f"“{name}” is retired in {-passed} days"


@flag_rule(
    "MODEL_RETIRING", title="Model retiring", family=PRODUCTION, severity=Severity.MEDIUM,
    limit=90, facts=("model_name", "retires_on"), say=say, graded=True,
)  # fmt: skip
def model_retiring(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The vendor takes a model that the pilot uses away soon. Answers change with the model, so
    the next one has to be tested before that day. From 30 days before it the flag is high.

    To clear it: move to another version, record it, and end the use of this one.
    """
    uses = ModelUse.objects.filter(pilot=OuterRef("pk"), until=None, retires_on__isnull=False)
    # The one retired first speaks for the pilot.
    next_one = uses.order_by("retires_on", "pk")
    return pilots.filter(Exists(uses)).annotate(
        retires_on=Subquery(next_one.values("retires_on")[:1], output_field=DateField()),
        model_name=Subquery(
            next_one.values(title=Concat("name", Value(" "), "version"))[:1],
            output_field=CharField(),
        ),
        severity=Case(
            When(retires_on__lte=as_of + URGENT, then=Value(Severity.HIGH.value)),
            default=Value(Severity.MEDIUM.value), output_field=CharField(),
        ),
        since=DaysAfter(F("retires_on"), -F("limit")),
    )  # fmt: skip
