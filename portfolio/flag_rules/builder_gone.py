from datetime import date

from django.db.models import DateField, Exists, OuterRef, Subquery

from portfolio.flags.registry import OWNERSHIP, Facts, flag_rule
from portfolio.models import RoleAssignment, RoleKind, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    days = facts.days("left_on")
    when = f"{days} days ago" if days > 1 else "yesterday" if days else "today"
    return f"Its builder left {when} and nobody took over"


@flag_rule(
    "BUILDER_GONE", title="Builder gone", family=OWNERSHIP, severity=Severity.MEDIUM,
    stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION), facts=("left_on",), say=say,
)  # fmt: skip
def builder_gone(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The technical owner has left the company or its account is closed, and nobody has taken
    over. What they alone knew goes with them.

    To clear it: name a technical owner who has been through the code, the access and the data.
    Speaks from PoC on.
    """
    builders = RoleAssignment.objects.filter(
        pilot=OuterRef("pk"), role=RoleKind.TECHNICAL_OWNER
    ).order_by("-until", "-pk")
    gone = builders.filter(person__is_active=False) | builders.filter(person__is_internal=False)
    last = builders.values("person__is_active", "person__is_internal")
    return (
        # Cheap first: few pilots ever lost a builder to the outside.
        pilots.filter(Exists(gone.order_by()), ~Exists(builders.filter(until=None).order_by()))
        .annotate(
            here=Subquery(last.values("person__is_active")[:1]),
            inside=Subquery(last.values("person__is_internal")[:1]),
            left_on=Subquery(builders.values("until")[:1], output_field=DateField()),
        )
        .exclude(here=True, inside=True)
        .annotate(since=Subquery(builders.values("until")[:1], output_field=DateField()))
    )
