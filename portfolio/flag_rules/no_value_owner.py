from datetime import date

from django.db.models import Case, Exists, F, Max, OuterRef, Subquery, When
from django.db.models.functions import Greatest

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import OWNERSHIP, Facts, flag_rule
from portfolio.models import RoleAssignment, RoleKind, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return "Nobody says whether it pays"


@flag_rule(
    "NO_VALUE_OWNER", title="No value owner", family=OWNERSHIP, severity=Severity.MEDIUM, limit=30,
    stages=(Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION), say=say,
)  # fmt: skip
def no_value_owner(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """People use it, but nobody answers for its value. Whoever answers for the model will say that
    it works; somebody has to say whether it is worth it.

    To clear it: name a value owner, best somebody other than the technical owner. Speaks from
    Pilot on, and not in the first month after the registration, so that an import has time.
    """
    owners = RoleAssignment.objects.filter(pilot=OuterRef("pk"), role=RoleKind.VALUE_OWNER)
    former = owners.exclude(until=None)
    last = former.values("pilot").values(day=Max("until"))
    begun = Greatest(DaysAfter(F("registered_on"), F("limit")), F("stage_since_bound"))
    return pilots.filter(~Exists(owners.filter(until=None))).annotate(
        since=Case(When(Exists(former), then=Greatest(begun, Subquery(last))), default=begun)
    )
