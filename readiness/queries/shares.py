"""How much of the ten questions pilots have met, for lists, filters and flags."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from common import clock
from common.prepared import Prepared
from portfolio.flags.days import DaysAfter, Nth
from portfolio.models import Pilot
from portfolio.querysets import PilotQuerySet
from readiness.access import PRODUCTION
from readiness.models import Answer, Assessment, ChecklistItem
from readiness.querysets import AnswerQuerySet, closing, met
from readiness.scoring import LIKELY_TO_FAIL, Share


def with_score(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Pilots annotated with `total` and `met`, and `kept`, the stored score (NULL: no answer).

    The stored score is true until one of its answers runs out; then they are counted anew.
    """
    items = ChecklistItem.objects.filter(template__slug=PRODUCTION, template__current=True)
    total = items.order_by().values("template").annotate(n=Count("pk")).values("n")
    answers = current_answers().met(as_of)
    counted = answers.values("pilot").annotate(n=Count("pk")).values("n")
    return pilots.annotate(
        kept=FilteredRelation("assessments", condition=Q(assessments__checklist=PRODUCTION)),
        total=Coalesce(Subquery(total), Value(0)),
    ).annotate(
        met=Case(
            When(kept__expires_on__lte=as_of, then=Coalesce(Subquery(counted), Value(0))),
            default=Coalesce("kept__met", Value(0)),
            output_field=IntegerField(),
        )
    )


def current_answers() -> AnswerQuerySet:
    """Open answers to the production questions of the pilot of the outer query."""
    answers = Answer.objects.open_interval().asked(PRODUCTION)
    return answers.filter(pilot=OuterRef("pk")).order_by()


def opened_on() -> Case:
    """For an answer that closes nothing: the day since which it does not."""
    return Case(
        When(closing() & Q(valid_until__isnull=False), then=DaysAfter(F("valid_until"), Value(1))),
        default=F("since"),
        output_field=DateField(),
    )


def open_since(as_of: date, nth: Any) -> QuerySet[Answer, Any]:
    """For pilots annotated by `with_score`: the day on which as many of the ten as `nth` (an
    expression) were open; NULL when they were so from the start, never answered."""
    never = OuterRef("total") - Count("pk")
    dates = ArrayAgg(opened_on(), filter=~Q(met(as_of)), order_by=opened_on())
    return current_answers().values("pilot").annotate(day=Nth(dates, nth - never)).values("day")


def proof_of(keys: Collection[str]) -> AnswerQuerySet:
    """What is said now to any of these questions, of the pilot of the outer query."""
    said = Answer.objects.open_interval().filter(pilot=OuterRef("pk"), key__in=keys)
    return said.order_by()


def without(pilots: PilotQuerySet, keys: Collection[str], as_of: date) -> PilotQuerySet:
    """Pilots that meet none of these questions, annotated with `opened`: the day on which the
    last answer stopped counting, NULL when there never was one."""
    said = proof_of(keys)
    last = said.values("pilot").annotate(day=Max(opened_on())).values("day")
    return pilots.filter(~Exists(said.met(as_of))).annotate(
        # Few have an answer that does not count; the others cost one probe.
        opened=Case(When(Exists(said), then=Subquery(last)), output_field=DateField())
    )


def with_expired(pilots: PilotQuerySet, as_of: date, states: Collection[str]) -> PilotQuerySet:
    """Pilots with answers of these states that ran out before that day.

    Annotated with how many `items`, the `question` of the one that ran out first, and `since`,
    the day after its last one.
    """
    gone = (
        Answer.objects.open_interval()
        .asked()
        .filter(pilot=OuterRef("pk"), state__in=states, valid_until__lt=as_of)
    )
    first = gone.order_by("valid_until", "pk")
    count = gone.order_by().values("pilot").annotate(n=Count("pk")).values("n")
    return pilots.annotate(
        items=Subquery(count),
        question=Subquery(first.values("item__question")[:1]),
        since=DaysAfter(Subquery(first.values("valid_until")[:1]), Value(1)),
    )


def met_counts(pilots: Collection[int], as_of: date) -> dict[int, Share]:
    """What each of these pilots (by id) has met; one query. The caller may see them."""
    rows = SCORES.ask(list(pilots), as_of)
    return {pilot: Share(met, total) for pilot, met, total in rows}


def _scores(day: date) -> Any:
    scored: Any = with_score(Pilot.objects.all(), day)
    return scored.values_list("pk", "met", "total")


SCORES = Prepared(_scores)


def column(pilots: list[int]) -> dict[int, str]:
    """The pilot column "readiness 7/10"."""
    return {pilot: str(share) for pilot, share in met_counts(pilots, clock.today()).items()}


NARROWINGS = {
    "ready": "every readiness question met",
    "missing": "three or more readiness questions open",
    "begun": "readiness begun",
    "none": "readiness not begun",
}


def narrow(pilots: PilotQuerySet, value: str, as_of: date) -> PilotQuerySet:
    """The pilots of that readiness, one of NARROWINGS."""
    answered = Exists(Assessment.objects.filter(pilot=OuterRef("pk"), checklist=PRODUCTION))
    if value in ("begun", "none"):
        return pilots.filter(answered if value == "begun" else ~answered)
    scored: Any = with_score(pilots, as_of)
    ready = value == "ready"
    wanted = (
        Q(total__gt=0, met__gte=F("total")) if ready else Q(met__lte=F("total") - LIKELY_TO_FAIL)
    )
    narrowed: PilotQuerySet = scored.filter(wanted)
    return narrowed
