"""Freshness: days since the last update, measured by the limit of NO_UPDATE."""

from datetime import date
from functools import cache

from django.db.models import (
    Case,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from portfolio.models import FlagLimit, Stage
from portfolio.querysets import PilotQuerySet

RULE = "NO_UPDATE"
USUAL, IN_PRODUCTION = 14, 30  # days
WORDS = {"fresh": "Fresh", "due": "Due", "outdated": "Outdated", "never": "Never updated"}


@cache
def limit() -> Combinable:
    """Days after which this pilot's update is outdated; the most specific set limit wins."""
    chosen = (
        FlagLimit.objects.filter(rule=RULE)
        .filter(Q(stage="") | Q(stage=OuterRef("stage")))
        .filter(Q(audience="") | Q(audience=OuterRef("audience")))
        .order_by("-stage", "-audience")
        .values("limit")[:1]
    )
    usual = Case(When(stage=Stage.PRODUCTION, then=Value(IN_PRODUCTION)), default=Value(USUAL))
    return Coalesce(Subquery(chosen), usual, output_field=IntegerField())


def code(days: int | None, days_allowed: int) -> str:
    """Fresh until half the limit, due until the limit, outdated after it; None is never."""
    if days is None:
        return "never"
    if 2 * days <= days_allowed:
        return "fresh"
    return "due" if days <= days_allowed else "outdated"


def having(pilots: PilotQuerySet, wanted: str, as_of: date) -> PilotQuerySet:
    """The pilots of that freshness; the same sums as `code`, in the database."""
    if wanted == "never":
        return pilots.filter(last_update_on=None)
    half, whole = limit() / Value(2), limit()
    if wanted == "fresh":
        return pilots.alias(half=_later(half)).filter(half__gte=as_of)
    if wanted == "outdated":
        return pilots.alias(whole=_later(whole)).filter(whole__lt=as_of)
    due = pilots.alias(half=_later(half), whole=_later(whole))
    return due.filter(half__lt=as_of, whole__gte=as_of)


def _later(days: Combinable) -> Combinable:
    return ExpressionWrapper(F("last_update_on") + days, output_field=DateField())
