from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Greatest

from portfolio.flags.days import DaysAfter, Nth
from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.models import Answer
from readiness.queries.shares import current_answers, with_score
from readiness.querysets import closing, met
from readiness.scoring import LIKELY_TO_FAIL

STAGES = (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)


def say(facts: Facts) -> str:
    return f"{facts['open']} of {facts['total']} readiness questions open"


@flag_rule(
    "MISSING_3", title="Not ready", family=PROCESS, severity=Severity.HIGH, stages=STAGES,
    limit=LIKELY_TO_FAIL, unit="items", facts=("open", "total"), say=say,
)  # fmt: skip
def missing_3(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Three or more of the ten production readiness questions are open. Most pilots that failed in
    production had as many open, so this one is likely to fail.

    To clear it: open the pilot's readiness page, start with the question that has nobody on it,
    and add evidence. Each question says what good evidence looks like and how to close it.
    """
    counted = with_score(pilots, as_of)
    missing = counted.annotate(open=F("total") - F("met")).filter(open__gte=F("limit"))
    return missing.annotate(
        since=Case(
            When(kept__pk=None, then=F("stage_since_bound")),
            default=Greatest(F("stage_since_bound"), Subquery(_limit_reached(as_of))),
        )
    )


def _limit_reached(as_of: date) -> QuerySet[Answer, Any]:
    """The day on which as many as the limit were open; NULL when they were so from the start.

    The open items in the order of the days they opened; one never answered was always open.
    """
    opened = Case(
        When(closing() & Q(valid_until__lt=as_of), then=DaysAfter(F("valid_until"), Value(1))),
        default=F("since"),
        output_field=DateField(),
    )
    never = OuterRef("total") - Count("pk")
    return (
        current_answers()
        .values("pilot")
        .annotate(
            day=Nth(
                ArrayAgg(opened, filter=~Q(met(as_of)), order_by=opened.copy()),
                OuterRef("limit") - never,
            )
        )
        .values("day")
    )
