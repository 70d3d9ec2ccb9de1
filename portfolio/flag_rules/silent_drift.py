from datetime import date

from django.db.models import DateField, Exists, F, OuterRef, Subquery

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PRODUCTION, Facts, flag_rule
from portfolio.models import Incident, IncidentKind
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"“{facts['system']}” changed without a word {facts.days('drifted_on')} days ago"


@flag_rule(
    "SILENT_DRIFT", title="Silent drift", family=PRODUCTION, severity=Severity.HIGH,
    facts=("system", "drifted_on"), say=say,
)  # fmt: skip
def silent_drift(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """A system that feeds the pilot changed, and no alert said so. What the model answers since
    then may be wrong, and nobody can tell how much.

    To clear it: mend the feed, check what was answered meanwhile, and close the incident.
    """
    drifts = Incident.objects.filter(
        dependency__pilot=OuterRef("pk"), kind=IncidentKind.SILENT_DRIFT, closed_on=None
    ).order_by("opened_on", "pk")
    # The one that lasts longest speaks for the pilot.
    return pilots.filter(Exists(drifts)).annotate(
        system=Subquery(drifts.values("dependency__name")[:1]),
        drifted_on=Subquery(drifts.values("opened_on")[:1], output_field=DateField()),
        since=DaysAfter(F("drifted_on"), F("limit")),
    )
