from datetime import date

from django.db.models import F, IntegerField, OuterRef, Q, Subquery

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models import Pilot, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet

# Counting stops here: a unit that runs so many PoCs at once needs no exact number.
MOST = 100


class Count(Subquery):
    """How many rows a (sliced) query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def say(facts: Facts) -> str:
    before = facts["before"]
    many = f"{MOST} or more" if before >= MOST else before
    return f"Came when {many} PoCs of the unit were running; {facts['limit']} is the limit"


@flag_rule(
    "WIP_OVER", title="Too many PoCs", family=PROCESS, severity=Severity.LOW, limit=5,
    unit="PoCs", stages=(Stage.POC,), facts=("before", "limit"), say=say,
)  # fmt: skip
def wip_over(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The unit runs more than 5 PoCs at once, and this one came when it was full. Many PoCs that
    nobody has time for are the way to none that ships. Restricted pilots are not counted.

    To clear it: decide another PoC of the unit, move it on or stop it, before you begin the next.
    """
    earlier = Q(stage_since_bound__lt=OuterRef("stage_since_bound")) | Q(
        stage_since_bound=OuterRef("stage_since_bound"), pk__lt=OuterRef("pk")
    )
    # Everybody who sees this pilot reads the number: what is restricted is not in it.
    open_ones = Pilot.objects.filter(earlier, restricted=False)
    running = open_ones.filter(stage=Stage.POC, unit=OuterRef("unit"))
    return (
        pilots.annotate(before=Count(running.order_by().values("pk")[:MOST]))
        .filter(before__gte=F("limit"))
        .annotate(since=DaysAfter(F("stage_since_bound")))
    )
