"""How long each team usually takes to decide, from the company's own requests."""

from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, IntegerField, Subquery
from django.db.models.functions import Cast, Ceil

from portfolio.flags.days import DaysBetween
from portfolio.models import Review
from portfolio.models.review import ANSWERS

# Five weeks: what a legal review takes in the source articles (B16), while a team has decided
# less than three requests here.
DEFAULT, ENOUGH = 35, 3
# The latest hundred say how long it takes now, and cost the same in every portfolio.
LATEST = 100


class Median(Aggregate):
    """The value in the middle; the mean of the two in the middle of an even number."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def usual_days(team: str) -> Subquery:
    """Median days from request to decision, rounded up; NULL while there is not enough to say.

    Of pilots that everybody can see, so that the figure tells nothing about restricted ones.
    """
    answered = Review.objects.filter(team=team, outcome__in=ANSWERS)
    shown = answered.filter(pilot__restricted=False, pilot__removed_at=None)
    latest = shown.order_by("-decided_on", "requested_on").values("pk")[:LATEST]
    taken = DaysBetween(F("decided_on"), F("requested_on"))
    found: Any = Review.objects.filter(pk__in=latest).order_by().values("team")
    found = found.annotate(n=Count("pk"), days=Cast(Ceil(Median(taken)), IntegerField()))
    return Subquery(found.filter(n__gte=ENOUGH).values("days"), output_field=IntegerField())
