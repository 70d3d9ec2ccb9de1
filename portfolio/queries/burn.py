"""What pilots cost a month and in all, for lists and sums: the numbers that a pilot's page says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    DecimalField,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from common.prepared import DAY
from portfolio.models import CostEntry
from portfolio.scoring.costs import BURN_MONTHS

AMOUNT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=16, decimal_places=2)


class _Month(Func):
    """The first day of the month so many months before a day's own; SQL, so that a prepared
    query can be asked for any day."""

    template = (
        "(DATE_TRUNC('month', %(expressions)s::timestamp) - INTERVAL '%(back)s months')::date"
    )
    output_field = DateField()


def monthly(as_of: date) -> Combinable:
    """The monthly burn of a pilot on a day: the mean that `scoring.costs.burn` computes from its
    dated entries, else as stated; NULL when neither is known."""
    mean = Sum("amount") / Count("month", distinct=True)
    found = _of_pilot(_recent(as_of)).annotate(found=mean).values("found")
    return Coalesce(Subquery(found, output_field=AMOUNT), F("monthly_burn"), output_field=AMOUNT)


def monthly_of_many(as_of: date) -> Combinable:
    """The same for sums over a portfolio: pilots without recent entries are told from the others
    by one scan, not by one look-up each."""
    with_entries = When(pk__in=_recent(as_of).values("pilot"), then=monthly(as_of))
    return Case(with_entries, default=F("monthly_burn"), output_field=AMOUNT)


def spent() -> Combinable:
    """Spent to date: the sum of the dated entries, else as stated."""
    total = _of_pilot(_entries()).annotate(found=Sum("amount")).values("found")
    return Coalesce(Subquery(total, output_field=AMOUNT), F("spend_to_date"), output_field=AMOUNT)


@cache
def columns() -> Mapping[str, Combinable]:
    """For the rows of a list, which are read by a prepared query."""
    return {"burn": monthly(DAY), "spent": spent()}


def _entries() -> QuerySet[CostEntry]:
    return CostEntry.objects.filter(superseded_at=None).order_by()


def _recent(as_of: date) -> QuerySet[CostEntry]:
    day = Value(as_of, output_field=DateField())
    return _entries().filter(
        month__gte=_Month(day, back=BURN_MONTHS), month__lt=_Month(day, back=0)
    )


def _of_pilot(entries: QuerySet[CostEntry]) -> QuerySet[CostEntry, Any]:
    return entries.filter(pilot=OuterRef("pk")).values("pilot")
