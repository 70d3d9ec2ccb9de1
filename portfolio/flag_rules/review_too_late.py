from datetime import date

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Value, When
from django.db.models.functions import Coalesce, Least

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models import Review, Stage, Team
from portfolio.models.flag import Severity
from portfolio.queries import labels
from portfolio.queries.lead_times import DEFAULT, usual_days
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    start = facts.day("latest_start")
    day = labels.day(start) if start else "long ago"
    return f"{facts['teams']} not asked yet; the last day for it was {day}"


def _start(team: str) -> Case:
    """The last day on which asking the team is in time; NULL when it was asked."""
    asked = Review.objects.filter(pilot=OuterRef("pk"), team=team)
    usual = Coalesce(usual_days(team), F("limit"))
    in_time = DaysAfter(F("target_launch_on"), -usual)
    return Case(When(~Exists(asked), then=in_time), default=None, output_field=DateField())


@flag_rule(
    "REVIEW_TOO_LATE", title="Review too late", family=PROCESS, severity=Severity.HIGH,
    stages=(Stage.IDEA, Stage.POC, Stage.PILOT, Stage.ROLLOUT), limit=DEFAULT,
    facts=("teams", "latest_start"), say=say,
)  # fmt: skip
def review_too_late(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Security or legal has not been asked, and the target launch is nearer than they usually
    take. A review of three months meets a plan of two weeks.

    To clear it: ask them now, and move the target launch if they need longer. Where no review is
    needed, record the request as withdrawn with the reason.
    """
    dated = pilots.filter(shipped=False, target_launch_on__isnull=False)
    return dated.annotate(
        security_start=_start(Team.SECURITY), legal_start=_start(Team.LEGAL),
        latest_start=Least("security_start", "legal_start"),
        teams=Case(
            When(security_start=F("legal_start"), then=Value("Security and legal")),
            When(security_start=F("latest_start"), then=Value("Security")),
            default=Value("Legal"), output_field=CharField(),
        ),
        since=DaysAfter(F("latest_start"), Value(1)),
    )  # fmt: skip
