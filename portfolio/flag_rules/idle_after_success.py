from datetime import date

from django.db.models import F, Value

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"Undecided for {facts.days('poc_success_on')} days after the PoC succeeded"


@flag_rule(
    "IDLE_AFTER_SUCCESS", title="Idle after success", family=TIME, severity=Severity.HIGH,
    limit=120, stages=(Stage.POC,), facts=("poc_success_on", "limit"), say=say,
)  # fmt: skip
def idle_after_success(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The PoC succeeded four months ago and the pilot is still in PoC: nobody has decided whether
    it goes on.

    To clear it: decide. Updates do not clear it; moving the pilot on or stopping it does.
    """
    return pilots.exclude(poc_success_on=None).annotate(
        since=DaysAfter(F("poc_success_on"), F("limit"), Value(1))
    )
