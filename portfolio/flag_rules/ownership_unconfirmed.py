from datetime import date

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    F,
    Max,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import OWNERSHIP, Facts, flag_rule
from portfolio.models import OwnershipAnswer, RoleAssignment, RoleKind, Stage
from portfolio.models.flag import Severity
from portfolio.queries.twelve_months import here
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    if not facts["answered_on"]:
        return "Nobody has said who owns it in twelve months"
    if not facts["holds"]:
        return "Somebody named for the next twelve months is not here any more"
    return f"The twelve-month questions were answered {facts.days('answered_on')} days ago"


@flag_rule(
    "OWNERSHIP_UNCONFIRMED", title="Unconfirmed owner", family=OWNERSHIP,
    severity=Severity.MEDIUM, limit=365, stages=(Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION),
    facts=("answered_on", "holds", "limit"), say=say, graded=True,
)  # fmt: skip
def ownership_unconfirmed(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """For a year nobody has confirmed who owns the pilot in twelve months, who is accountable when
    it breaks, and who collects feedback and decides; or one of those named is not here any more.

    To clear it: answer the three twelve-month questions with names. Speaks from Pilot on, a year
    after the last answer, or a year after the registration when there is none. High in Production.
    """
    answers = OwnershipAnswer.objects.filter(pilot=OuterRef("pk")).order_by("-answered_on", "-pk")
    ended = RoleAssignment.objects.filter(
        pilot=OuterRef("pk"),
        role__in=(RoleKind.OWNER, RoleKind.OPERATIONS_OWNER, RoleKind.FEEDBACK_OWNER),
    )
    last_ended = ended.order_by().values("pilot").values(day=Max("until"))
    return pilots.annotate(
        answered_on=Subquery(answers.values("answered_on")[:1], output_field=DateField()),
        holds=Subquery(answers.annotate(h=here()).values("h")[:1], output_field=BooleanField()),
        since=Case(
            When(holds=False, then=Coalesce(Subquery(last_ended), F("answered_on"))),
            default=DaysAfter(Coalesce(F("answered_on"), F("registered_on")), F("limit"), Value(1)),
            output_field=DateField(),
        ),
        severity=Case(
            When(stage=Stage.PRODUCTION, then=Value(Severity.HIGH.value)),
            default=Value(Severity.MEDIUM.value),
            output_field=CharField(),
        ),
    )
