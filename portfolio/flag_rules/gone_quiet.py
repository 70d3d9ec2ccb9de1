from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Greatest

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"Quiet for {facts.days('quiet_since')} days after the PoC succeeded"


@flag_rule(
    "GONE_QUIET", title="Gone quiet", family=TIME, severity=Severity.HIGH, limit=60,
    stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT), facts=("quiet_since", "limit"), say=say,
)  # fmt: skip
def gone_quiet(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The PoC succeeded, everybody praised it, and for two months nobody has posted an update.

    To clear it: post an update that says what comes next and who does it, or stop the pilot.
    """
    # GREATEST ignores NULL: without an update it counts from the success.
    return pilots.exclude(poc_success_on=None).annotate(
        quiet_since=Greatest(F("poc_success_on"), F("last_update_on")),
        since=DaysAfter(F("quiet_since"), F("limit"), Value(1)),
    )
