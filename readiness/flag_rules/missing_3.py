from datetime import date

from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.functions import Greatest

from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.shares import open_since, with_score
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
    reached = Subquery(open_since(as_of, OuterRef("limit")))
    return missing.annotate(
        since=Case(
            When(kept__pk=None, then=F("stage_since_bound")),
            default=Greatest(F("stage_since_bound"), reached),
        )
    )
