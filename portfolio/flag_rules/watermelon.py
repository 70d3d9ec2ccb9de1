from datetime import date

from django.db.models import DateField, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Greatest

from portfolio.flags import health
from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models import Flag, Health
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet

WORDS = {str(code): str(label).lower() for code, label in Health.choices}


def say(facts: Facts) -> str:
    declared, found = WORDS[facts["declared"]], WORDS[facts["computed"]]
    return f"Declared {declared}, but what is recorded says {found}"


@flag_rule(
    "WATERMELON", title="Watermelon", family=PROCESS, severity=Severity.MEDIUM, limit=0,
    facts=("declared", "computed"), late=True, say=say,
)  # fmt: skip
def watermelon(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Green outside, red inside: the last update says on track while grave flags are open (or off
    track while nothing is found). Somebody who reads only one of the two is misled.

    To clear it: close the grave flags, snooze those that have a reason and a date, or declare the
    health as it is.
    """
    grave = Flag.objects.open().filter(
        Q(snoozed_until=None) | Q(snoozed_until__lt=as_of), pilot=OuterRef("pk"),
        severity=Severity.HIGH,
    ).exclude(rule__in=[*health.process_rules(), *health.ABOUT_HEALTH])  # fmt: skip
    first = grave.order_by().values("pilot").annotate(day=Min("since")).values("day")
    # Cheap first: only declared extremes can be two apart.
    green = Q(health=Health.ON_TRACK) & Q(Exists(grave))
    extreme = pilots.filter(green | Q(health=Health.OFF_TRACK))
    return (
        extreme.annotate(
            declared=F("health"),
            computed=health.expression(as_of),
            since=Greatest(F("last_update_on"), Subquery(first, output_field=DateField())),
        )
        .exclude(declared=F("computed"))
        .exclude(computed=Health.AT_RISK)
    )
