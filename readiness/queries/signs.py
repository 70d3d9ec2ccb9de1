"""What the flags about evidence share: which questions prove a thing, and from when on its lack
is a finding. A pilot that has just come has a grace, the limit of the rule, to answer."""

from datetime import date

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Greatest

from portfolio.flags.days import DaysAfter
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.shares import without

ROLLBACK = ("full.rollback",)
LOGS = ("full.logs",)
TRUTH_SET = ("full.truth_set", "production.evaluation")
SCORING = ("full.scoring", "production.evaluation")
MONITORING = ("full.monitoring_live", "production.alerting")
DATA_STEP = ("full.sources_listed", "full.data_reality")
MODEL_STEP = ("full.constraints",)

FROM_POC_ON = (Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)
LIVE = (Stage.ROLLOUT, Stage.PRODUCTION)


def graced() -> Greatest:
    """The first day on which a lack counts: `limit` days after the registration, and not before
    the stage."""
    return Greatest(DaysAfter(F("registered_on"), F("limit")), F("stage_since_bound"))


def lacking(pilots: PilotQuerySet, keys: tuple[str, ...], as_of: date) -> PilotQuerySet:
    """Pilots that meet none of these questions; medium, high from Rollout on.

    A PoC has the grace again when it begins; a flag that is open then goes with it to the next
    stage.
    """
    begun = Case(
        When(stage=Stage.POC, then=DaysAfter(F("stage_since_bound"), F("limit"))),
        default=F("stage_since_bound"),
    )
    return without(pilots, keys, as_of).annotate(
        since=Greatest(DaysAfter(F("registered_on"), F("limit")), begun, F("opened")),
        severity=Case(
            When(stage__in=LIVE, then=Value(Severity.HIGH.value)),
            default=Value(Severity.MEDIUM.value), output_field=CharField(),
        ),
    )  # fmt: skip
