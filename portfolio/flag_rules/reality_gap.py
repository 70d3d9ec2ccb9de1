from datetime import date
from decimal import Decimal

from django.db.models import (
    DateField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
)  # fmt: skip
from django.db.models.functions import Cast, Greatest

from common.numbers import cut, plain
from portfolio.catalog.presets import CURATED, RAW
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Metric, Reading, Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet

NUMBER = DecimalField(max_digits=28, decimal_places=8)


def say(facts: Facts) -> str:
    curated, raw = Decimal(facts["curated"]), Decimal(facts["raw"])
    points = plain(cut(curated - raw))
    return f"{points} points less on raw data: {plain(cut(raw))} % of {plain(cut(curated))} %"


@flag_rule(
    "REALITY_GAP", title="Reality gap", family=SUBSTANCE, severity=Severity.HIGH, limit=10,
    unit="points", stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION),
    facts=("curated", "raw"), say=say,
)  # fmt: skip
def reality_gap(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """It is right much less often on raw data than on the curated data it was shown with: more
    than 10 points lie between the latest readings of the two accuracies.

    To clear it: clean the data where it comes in, or improve the model, then test again on a
    random sample of 200 raw records and record that test.
    """
    # Few pilots measure both; the others cost one hash probe.
    both = pilots.filter(Exists(_metric(RAW)), Exists(_metric(CURATED)))
    return (
        both.annotate(
            curated_value=Subquery(_newest(CURATED).values("value")[:1], output_field=NUMBER),
            raw_value=Subquery(_newest(RAW).values("value")[:1], output_field=NUMBER),
            since=Greatest(
                Subquery(_newest(CURATED).values("on")[:1], output_field=DateField()),
                Subquery(_newest(RAW).values("on")[:1], output_field=DateField()),
            ),
        )
        .filter(curated_value__gt=F("raw_value") + F("limit"))
        .annotate(curated=Cast("curated_value", TextField()), raw=Cast("raw_value", TextField()))
    )


def _metric(preset: str) -> QuerySet[Metric]:
    return Metric.objects.filter(pilot=OuterRef("pk"), preset=preset, until=None)


def _newest(preset: str) -> QuerySet[Reading]:
    readings = Reading.objects.filter(
        metric__pilot=OuterRef("pk"), metric__preset=preset, metric__until=None, superseded_at=None
    )
    return readings.order_by("-on", "-pk")
