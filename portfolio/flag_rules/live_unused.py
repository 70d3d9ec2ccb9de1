from datetime import date
from decimal import Decimal

from django.db.models import (
    DateField,
    DecimalField,
    Exists,
    F,
    Min,
    OuterRef,
    Subquery,
    TextField,
    Value,
)  # fmt: skip
from django.db.models.functions import Cast, Greatest

from common.numbers import cut, plain
from portfolio.catalog.presets import ADOPTION
from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PRODUCTION, Facts, flag_rule
from portfolio.models import Metric, Reading, Stage, StageInterval
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet

SIX_WEEKS = 42  # days
NUMBER = DecimalField(max_digits=28, decimal_places=8)


def say(facts: Facts) -> str:
    return f"{plain(cut(Decimal(facts['adoption'])))} % of those it is for use it"


@flag_rule(
    "LIVE_UNUSED", title="Live but unused", family=PRODUCTION, severity=Severity.MEDIUM, limit=30,
    unit="%", stages=(Stage.ROLLOUT, Stage.PRODUCTION), facts=("adoption", "live"), say=say,
)  # fmt: skip
def live_unused(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Six weeks after it went live, fewer than 30 % of those it is meant for use it. It counts from
    the first day of rollout or production, and by the latest adoption read since.

    To clear it: ask those who do not use it why, act on it, and read adoption again. If nobody
    needs it, retire it.
    """
    measured = Metric.objects.filter(pilot=OuterRef("pk"), preset=ADOPTION, until=None)
    live = StageInterval.objects.filter(
        pilot=OuterRef("pk"), stage__in=(Stage.ROLLOUT, Stage.PRODUCTION)
    )
    readings = Reading.objects.filter(
        metric__pilot=OuterRef("pk"), metric__preset=ADOPTION, metric__until=None,
        superseded_at=None,
    ).order_by("-on", "-pk")  # fmt: skip
    first = live.values("pilot").values(day=Min("since_bound"))
    return (
        pilots.filter(Exists(measured))
        .annotate(
            live=Subquery(first, output_field=DateField()),
            adopted=Subquery(readings.values("value")[:1], output_field=NUMBER),
            read_on=Subquery(readings.values("on")[:1], output_field=DateField()),
        )
        .filter(adopted__lt=F("limit"), read_on__gte=F("live"))
        .annotate(
            adoption=Cast("adopted", TextField()),
            since=Greatest(DaysAfter(F("live"), Value(SIX_WEEKS)), F("read_on")),
        )
    )
