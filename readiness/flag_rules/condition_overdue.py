from datetime import date

from django.db.models import Count, DateField, Exists, F, IntegerField, OuterRef, Subquery

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.models import Condition


def say(facts: Facts) -> str:
    days, what = facts.days("due"), str(facts["what"])
    late = f"{days} {'day' if days == 1 else 'days'} overdue"
    if facts["late_ones"] > 1:
        return f"{facts['late_ones']} conditions overdue, the first by {days} days"
    return f"Condition {late}: {what}" if len(what) <= 80 else f"Condition {late}"


@flag_rule(
    "CONDITION_OVERDUE", title="Condition overdue", family=PROCESS, severity=Severity.HIGH,
    stages=tuple(Stage), limit=1, facts=("due", "what", "late_ones"), say=say,
)  # fmt: skip
def condition_overdue(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """A decision depends on a condition, and the day by which it was to be met has passed. A go
    with conditions that nobody meets is a go nobody gave. Ended pilots carry it too: data and
    access that should be gone are still there.

    To clear it: open the decision and say how the condition was met, with a link or a note. Who
    decides about the pilot may drop the condition or move its day, with a reason.
    """
    late = Condition.objects.filter(
        pilot=OuterRef("pk"), met_on=None, dropped_on=None, due__lt=as_of
    )
    first = late.order_by("due", "pk")
    counted = late.order_by().values("pilot").annotate(n=Count("pk")).values("n")
    return pilots.filter(Exists(late)).annotate(
        due=Subquery(first.values("due")[:1], output_field=DateField()),
        what=Subquery(first.values("what")[:1]),
        late_ones=Subquery(counted, output_field=IntegerField()),
        since=DaysAfter(F("due"), F("limit")),
    )
