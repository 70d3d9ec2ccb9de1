from datetime import date

from django.db.models import DateField, F, OuterRef, Subquery, Value

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import OWNERSHIP, Facts, flag_rule
from portfolio.models import OwnerProposal
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"Asked {facts.days('asked_on')} days ago who owns it, without an answer"


@flag_rule(
    "OWNER_CONTESTED", title="Owner contested", family=OWNERSHIP, severity=Severity.MEDIUM,
    limit=7, facts=("asked_on", "limit"), say=say,
)  # fmt: skip
def owner_contested(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Somebody was asked more than a week ago to own the pilot and has neither accepted nor
    declined. Often two departments each think that the other one owns it.

    To clear it: the person accepts or declines, or whoever asked takes the question back and asks
    somebody else.
    """
    asked = OwnerProposal.objects.open().filter(pilot=OuterRef("pk"))
    return pilots.annotate(
        asked_on=Subquery(asked.values("asked_on")[:1], output_field=DateField()),
        since=DaysAfter(F("asked_on"), F("limit"), Value(1)),
    )
