from datetime import date

from django.db.models import DateField, DateTimeField, Exists, OuterRef, Subquery

from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Health, Reading, Stage, Update
from portfolio.models.flag import Severity
from portfolio.queries import labels
from portfolio.querysets import PilotQuerySet
from readiness.models import Answer, State

TALK = 3  # updates: the third in a row is the one that speaks


def say(facts: Facts) -> str:
    first = facts.day("first")
    since = f" since {labels.day(first)}" if first else ""
    return f"Three updates on track{since}, no reading and no evidence with them"


@flag_rule(
    "ALL_TALK", title="All talk", family=SUBSTANCE, severity=Severity.MEDIUM,
    stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT), facts=("first",), say=say,
)  # fmt: skip
def all_talk(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The last three updates say on track, and since the first of them nobody has recorded a
    reading or given evidence for a readiness item. Slides and cheerful words are no proof.

    To clear it: record a reading of a success metric, or attest a readiness item with evidence.
    """
    latest = Update.objects.standing().filter(pilot=OuterRef("pk"), on__lte=as_of)
    latest = latest.order_by("-posted_at", "-pk")
    third = latest[TALK - 1 : TALK]
    since_third = {"pilot": OuterRef("pk"), "posted_at__gte": OuterRef("third_at")}
    cloudy = Update.objects.standing().exclude(health=Health.ON_TRACK)
    read = Reading.objects.filter(
        metric__pilot=OuterRef("pk"), on__gte=OuterRef("first"), superseded_at=None
    )
    proven = Answer.objects.filter(
        pilot=OuterRef("pk"), state__in=(State.ATTESTED, State.VERIFIED),
        since__gte=OuterRef("first"),
    ).exclude(evidence_url="")  # fmt: skip
    return (
        # Cheap first: only those whose last word was green.
        pilots.filter(health=Health.ON_TRACK)
        .annotate(
            first=Subquery(third.values("on"), output_field=DateField()),
            third_at=Subquery(third.values("posted_at"), output_field=DateTimeField()),
            since=Subquery(latest.values("on")[:1], output_field=DateField()),
        )
        .exclude(first=None)
        .exclude(Exists(cloudy.filter(**since_third)))
        .exclude(Exists(read))
        .exclude(Exists(proven))
    )
