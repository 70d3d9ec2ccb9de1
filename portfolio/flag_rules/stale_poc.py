from datetime import date

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast

from portfolio.flags.days import DaysAfter, DaysBetween
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models import Stage, StageInterval
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    least = "at least " if facts["at_least"] else ""
    return f"In PoC for {least}{facts.days('entered')} days"


@flag_rule(
    "STALE_POC", title="Stale PoC", family=TIME, severity=Severity.HIGH, stages=(Stage.POC,),
    limit=91, facts=("entered", "at_least", "limit"), say=say,
)  # fmt: skip
def stale_poc(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The pilot has been in PoC for longer than a quarter. A PoC older than a quarter is more dead
    than alive: it is shown, but nobody decides.

    To clear it: decide. Move it on towards production, or stop it and keep what was learned.
    Updates and comments do not reset this clock, nor does a hold; a pilot that went back to PoC
    goes on counting where it was.
    """
    # Few pilots ever went back, so the sum is asked of those only: one hash probe for the others.
    earlier = StageInterval.objects.filter(pilot=OuterRef("pk"), stage=Stage.POC).exclude(
        until=None
    )
    spent = earlier.values("pilot").values(
        days=Cast(Sum(DaysBetween(F("until"), F("since_bound"))), IntegerField())
    )
    before = Case(
        When(Exists(earlier), then=Subquery(spent)), default=Value(0), output_field=IntegerField()
    )
    unknown = Exists(earlier.filter(since=None))
    return pilots.annotate(
        entered=DaysAfter(F("stage_since_bound"), -before),
        at_least=Case(When(Q(stage_since=None) | unknown, then=True), default=False),
        since=DaysAfter(F("stage_since_bound"), -before, F("limit"), Value(1)),
    )
