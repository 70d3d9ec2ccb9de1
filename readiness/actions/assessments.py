"""Keeps the stored scores true; called by whoever changes an answer, and when days pass."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Min, Q

from common import clock
from readiness.models import Answer, Assessment, ChecklistItem
from readiness.querysets import met


@transaction.atomic
def reassess(pilots: Collection[int], *, checklist: str, as_of: date | None = None) -> None:
    """Count the answers of these pilots (by id) anew; three statements for any number of them."""
    as_of = as_of or clock.today()
    answers = Answer.objects.open_interval().current().filter(item__template__slug=checklist)
    counts = answers.filter(pilot__in=pilots).values("pilot")
    counts = counts.annotate(
        met=Count("pk", filter=met(as_of)),
        last_day=Min("valid_until", filter=met(as_of) & Q(valid_until__isnull=False)),
    )
    found = {row["pilot"]: (row["met"], row["last_day"]) for row in counts}
    total = ChecklistItem.objects.filter(template__slug=checklist, template__current=True).count()
    Assessment.objects.bulk_create(
        [
            _assessment(pilot, checklist, total, *found.get(pilot, (0, None)))
            for pilot in sorted(pilots)
        ],
        update_conflicts=True,
        unique_fields=["pilot", "checklist"],
        update_fields=["met", "total", "expires_on", "assessed_at"],
        batch_size=1000,
    )


def _assessment(
    pilot: int, checklist: str, total: int, met: int, last_day: date | None
) -> Assessment:
    return Assessment(
        pilot_id=pilot,
        checklist=checklist,
        met=met,
        total=total,
        expires_on=last_day and last_day + timedelta(days=1),
        assessed_at=clock.now(),
    )


def after_merge(pilots: Collection[int]) -> None:
    """Answers moved from one pilot to the other: count both anew, where anything was counted."""
    checklists = Assessment.objects.filter(pilot__in=pilots).values_list("checklist", flat=True)
    for checklist in checklists.distinct().order_by("checklist"):
        reassess(pilots, checklist=checklist)


@transaction.atomic
def expire(*, as_of: date) -> int:
    """Take out what no longer counts on that day; returns how many scores were counted anew."""
    due: dict[str, set[int]] = {}
    rows = Assessment.objects.filter(expires_on__lte=as_of).select_for_update()
    for checklist, pilot in rows.order_by("pk").values_list("checklist", "pilot"):
        due.setdefault(checklist, set()).add(pilot)
    for checklist, pilots in due.items():
        reassess(pilots, checklist=checklist, as_of=as_of)
    return sum(len(pilots) for pilots in due.values())
