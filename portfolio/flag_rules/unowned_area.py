from datetime import date

from django.db.models import Count, F, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import OWNERSHIP, Facts, flag_rule
from portfolio.models import AREAS, RoleAssignment, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"{facts['covered'] or 'None'} of {len(AREAS)} areas have an owner"


@flag_rule(
    "UNOWNED_AREA", title="Unowned area", family=OWNERSHIP, severity=Severity.MEDIUM, limit=30,
    stages=(Stage.ROLLOUT, Stage.PRODUCTION), facts=("covered",), say=say,
)  # fmt: skip
def unowned_area(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """It goes live while data, model life, infrastructure or monitoring belong to nobody. What has
    no owner stays broken when it breaks.

    To clear it: name one person for each of the four areas; one person may hold several. Speaks in
    Rollout and Production, and not in the first month after the registration.
    """
    owners = RoleAssignment.objects.filter(pilot=OuterRef("pk"), role__in=list(AREAS))
    per_pilot = owners.order_by().values("pilot")
    held = per_pilot.filter(until=None).values(n=Count("pk"))
    lost = per_pilot.values(day=Max("until"))
    begun = Greatest(DaysAfter(F("registered_on"), F("limit")), F("stage_since_bound"))
    return (
        pilots.annotate(covered=Coalesce(Subquery(held, output_field=IntegerField()), 0))
        .filter(covered__lt=len(AREAS))
        # GREATEST ignores NULL: most pilots never lost an owner.
        .annotate(since=Greatest(begun, Subquery(lost)))
    )
