from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, DateField, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from portfolio.flags.days import Nth
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.querysets import LONG_AGO, PilotQuerySet
from readiness.models import Verdict
from readiness.queries.aftercare import ASKED_FROM, standing


class MonthAfter(Func):
    """The first day after a month known by its first day: the answer is about that month."""

    template = "((%(expressions)s + interval '1 month')::date)"
    output_field = DateField()


def say(facts: Facts) -> str:
    return f"Asked {facts['unknown']} times in a row, nobody can tell whether it is useful"


@flag_rule(
    "SPINNING", title="Spinning", family=SUBSTANCE, severity=Severity.MEDIUM, limit=2,
    unit="answers", stages=ASKED_FROM, facts=("unknown", "limit"), say=say,
)  # fmt: skip
def spinning(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Twice in a row the answer to whether the pilot was useful in a month was “I cannot tell”. It
    runs, it costs, and nobody sees what for. Months in which nobody answered are no answers: they
    neither count nor interrupt.

    To clear it: find out what its users get from it, then answer useful or not useful for the last
    month, or correct a month that was answered too early.
    """
    said = standing().filter(pilot=OuterRef("pk"), month__lt=as_of)
    known = said.exclude(verdict=Verdict.UNKNOWN).order_by("-month").values("month")[:1]
    # One level further in, the last month that somebody could tell is asked again.
    since_known = said.filter(
        Q(verdict=Verdict.UNKNOWN), month__gt=Coalesce(OuterRef("known"), LONG_AGO)
    )
    counted = since_known.order_by().values("pilot")
    over = ArrayAgg(MonthAfter(F("month")), order_by="month")
    return (
        pilots.annotate(known=Subquery(known))
        .annotate(
            unknown=Subquery(counted.annotate(n=Count("pk")).values("n")),
            since=Subquery(
                counted.annotate(day=Nth(over, OuterRef("limit"))).values("day"),
                output_field=DateField(),
            ),
        )
        .filter(unknown__gte=F("limit"))
    )
