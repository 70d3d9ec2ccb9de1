from datetime import date

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    days = facts.days("last")
    return f"Never updated in {days} days" if facts["never"] else f"No update for {days} days"


@flag_rule(
    "NO_UPDATE", title="No update", family=TIME, severity=Severity.MEDIUM, limit=14,
    by_stage={Stage.PRODUCTION: 30}, facts=("last", "never", "limit"), say=say,
)  # fmt: skip
def no_update(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Nobody has posted a status update for longer than the limit. Edits, imports, readings and
    comments are not updates; a pilot that was never updated counts from its registration.

    To clear it: post an update. Health, one sentence and the next step take a minute.
    """
    return pilots.annotate(
        last=Coalesce("last_update_on", "registered_on"),
        never=Case(When(last_update_on=None, then=True), default=False),
        since=DaysAfter(Coalesce("last_update_on", "registered_on"), F("limit"), Value(1)),
    )
