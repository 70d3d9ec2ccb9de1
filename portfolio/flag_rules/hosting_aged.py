from datetime import date

from django.db.models import F, Value

from portfolio.flags.days import DaysAfter
from portfolio.flags.recorded import recorded_on
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.models.pilot import Hosting
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    place = Hosting(facts["hosting"]).label.lower() if facts["hosting"] else "unknown"
    return f"On {place} for at least {facts.days('hosted_since')} days"


@flag_rule(
    "HOSTING_AGED", title="Hosting aged", family=TIME, severity=Severity.MEDIUM, limit=180,
    facts=("hosting", "hosted_since", "limit"), say=say,
)  # fmt: skip
def hosting_aged(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """For half a year the pilot has run on a laptop, a consultant's machine, a test server or in a
    sandbox. It dies when the person leaves or the contract ends.

    To clear it: move it to production hosting, or stop it. Counts from the day the present place
    was recorded here, so the true age may be greater.
    """
    return pilots.exclude(hosting__in=("", Hosting.PRODUCTION)).annotate(
        hosted_since=recorded_on("hosting"),
        since=DaysAfter(F("hosted_since"), F("limit"), Value(1)),
    )
