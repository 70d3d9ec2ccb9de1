from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)  # fmt: skip
from django.db.models.functions import Cast, Greatest

from common.numbers import cut, plain
from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PRODUCTION, Facts, flag_rule
from portfolio.models import Direction, Metric, Reading, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet

NUMBER = DecimalField(max_digits=60, decimal_places=8)


def say(facts: Facts) -> str:
    way = cut(Decimal(facts["way"]))
    moved = f"{plain(way)} % of the way" if way > 0 else "not moved towards its target"
    return f"The system is on target, “{facts['metric']}” has {'come ' if way > 0 else ''}{moved}"


@flag_rule(
    "GREEN_TECH_RED_VALUE", title="Works, no value", family=PRODUCTION, severity=Severity.MEDIUM,
    limit=10, unit="% of the way", stages=(Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION),
    facts=("metric", "way"), say=say,
)  # fmt: skip
def green_tech_red_value(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """It works technically and changes little. Every metric of the system that has a target and a
    reading holds its target, and there is one; but the metric that stands for the value, after a
    full cadence, has come less than 10 % of the way from its baseline to its target.

    To clear it: find out what stands between the tool and the work it should change, or say
    honestly that the value is not there and stop. Read the value metric again after a change.
    """
    # The one metric that stands for the value, with its latest reading and how far that has come.
    value = (
        Metric.objects.filter(pilot=OuterRef("pk"), until=None)
        .exclude(value_per="")
        .exclude(baseline=None)
        .exclude(target=None)
        .exclude(baseline=F("target"))
        .annotate(
            last=Subquery(_newest().values("value")[:1], output_field=NUMBER),
            read_on=Subquery(_newest().values("on")[:1], output_field=DateField()),
        )
        .annotate(
            come=ExpressionWrapper(
                (F("last") - F("baseline")) * 100 / (F("target") - F("baseline")),
                output_field=NUMBER,
            ),
            matured=DaysAfter(F("since"), Cast(F("cadence_days"), IntegerField())),
        )
        .filter(read_on__gte=F("matured"))
    )
    system = (
        Metric.objects.filter(pilot=OuterRef("pk"), until=None, technical=True)
        .exclude(target=None)
        .annotate(
            last=Subquery(_newest().values("value")[:1], output_field=NUMBER),
            read_on=Subquery(_newest().values("on")[:1], output_field=DateField()),
        )
        .exclude(last=None)
    )
    held = Q(direction=Direction.DOWN, last__lte=F("target")) | Q(
        direction=Direction.UP, last__gte=F("target")
    )
    stands = Metric.objects.filter(pilot=OuterRef("pk"), until=None).exclude(value_per="")
    read = system.order_by().values("pilot").values(day=Max("read_on"))
    return (
        pilots.filter(Exists(stands), Exists(system.filter(held)), ~Exists(system.exclude(held)))
        .annotate(
            metric=Subquery(value.values("name")[:1]),
            come=Subquery(value.values("come")[:1], output_field=NUMBER),
            value_read=Subquery(value.values("read_on")[:1], output_field=DateField()),
            system_read=Subquery(read, output_field=DateField()),
        )
        .filter(come__lt=F("limit"))
        .annotate(
            way=Cast("come", TextField()),
            since=Case(
                When(value_read__isnull=False, then=Greatest(F("value_read"), F("system_read")))
            ),
        )
    )


def _newest() -> QuerySet[Reading]:
    return Reading.objects.filter(metric=OuterRef("pk"), superseded_at=None).order_by("-on", "-pk")
