from datetime import date

from django.db.models import DateField, Exists, F, OuterRef, Subquery

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models import Update
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    days = facts.days("due")
    step = facts["step"]
    late = f"{days} {'day' if days == 1 else 'days'} overdue"
    return f"Next step {late}: {step}" if len(step) <= 80 else f"Next step {late}"


@flag_rule(
    "NEXT_STEP_OVERDUE", title="Next step overdue", family=TIME, severity=Severity.MEDIUM,
    limit=1, facts=("due", "step"), say=say,
)  # fmt: skip
def next_step_overdue(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The next step that the last update promised was due, and no update has come since.

    To clear it: post an update. Say that the step is done, or name the next one with its day.
    """
    latest = Update.objects.standing().filter(pilot=OuterRef("pk")).order_by("-posted_at", "-pk")
    # Cheap first: only pilots that ever promised something that is due by now.
    promised = Update.objects.filter(pilot=OuterRef("pk"), next_step_due__lt=as_of)
    return pilots.filter(Exists(promised)).annotate(
        due=Subquery(latest.values("next_step_due")[:1], output_field=DateField()),
        step=Subquery(latest.values("next_step")[:1]),
        since=DaysAfter(F("due"), F("limit")),
    )
