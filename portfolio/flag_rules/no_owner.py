from datetime import date

from django.db.models import Case, Exists, F, Max, OuterRef, Subquery, When

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import OWNERSHIP, Facts, flag_rule
from portfolio.models import RoleAssignment, RoleKind
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    days = facts.days("ownerless_since")
    return f"No owner for {days} days" if days > 1 else "No owner"


@flag_rule(
    "NO_OWNER", title="No owner", family=OWNERSHIP, severity=Severity.HIGH,
    facts=("ownerless_since",), say=say,
)  # fmt: skip
def no_owner(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Nobody inside the company is accountable for the pilot. It is the commonest reason why
    pilots stall: there is nobody to ask.

    To clear it: assign one internal person as the owner. A team or a supplier is not an owner.
    """
    owners = RoleAssignment.objects.filter(pilot=OuterRef("pk"), role=RoleKind.OWNER)
    # Few pilots lost an owner, so the day is asked of those only: one hash probe for the others.
    former = owners.exclude(until=None)
    last = former.values("pilot").values(day=Max("until"))
    return pilots.filter(~Exists(owners.filter(until=None))).annotate(
        ownerless_since=Case(When(Exists(former), then=Subquery(last)), default=F("registered_on")),
        since=DaysAfter(F("ownerless_since"), F("limit")),
    )
