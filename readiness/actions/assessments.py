"""Keeps the stored scores true; called by whoever changes an answer, and when days pass."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import batched

from django.db import transaction

from common import clock
from portfolio.models import Pilot
from readiness.facts import COLUMNS, applies, facts_of, signature
from readiness.models import (
    Answer,
    Answered,
    Assessment,
    ChecklistItem,
    ChecklistTemplate,
    ScoreDay,
)
from readiness.scoring import Score, is_met, score

AT_ONCE = 500  # pilots whose answers are held in memory together
SCORE = ("template", "met", "total", "parts")


@dataclass(frozen=True)
class Asked:
    """A checklist as it is asked now."""

    template: ChecklistTemplate
    items: Sequence[ChecklistItem]


@transaction.atomic
def reassess(
    pilots: Collection[int],
    *,
    checklist: str = "",
    keys: Collection[str] = (),
    as_of: date | None = None,
) -> None:
    """Count the answers of these pilots (by id) anew: on one checklist, or on all that ask one of
    these questions. Five statements for each AT_ONCE pilots, whatever the number of checklists."""
    as_of = as_of or clock.today()
    lists = _asked(checklist, keys)
    for some in batched(sorted(pilots), AT_ONCE):
        _store(_counted(some, lists, as_of), as_of)


def _asked(checklist: str, keys: Collection[str]) -> list[Asked]:
    items = ChecklistItem.objects.filter(
        template__current=True, template__answered=Answered.PEOPLE
    ).select_related("template")
    if checklist:
        items = items.filter(template__slug=checklist)
    else:
        asking = ChecklistItem.objects.filter(template__current=True, key__in=keys)
        items = items.filter(template__in=asking.order_by().values("template"))
    found: dict[int, Asked] = {}
    for item in items.order_by("template", "position"):
        found.setdefault(item.template_id, Asked(item.template, []))
        found[item.template_id].items.append(item)  # type: ignore[attr-defined]
    return list(found.values())


def _counted(pilots: Sequence[int], lists: Sequence[Asked], as_of: date) -> list[Assessment]:
    keys = {item.key for one in lists for item in one.items}
    answers: dict[int, dict[str, Answer]] = {pilot: {} for pilot in pilots}
    said = Answer.objects.open_interval().filter(pilot__in=pilots, key__in=keys)
    for answer in said.only("pilot_id", "key", "state", "backed", "valid_until"):
        answers[answer.pilot_id][answer.key] = answer
    return [
        _assessment(pilot, one, answers[pilot.pk], as_of)
        for pilot in Pilot.everything.filter(pk__in=pilots).only("pk", *COLUMNS)
        for one in lists
    ]


def _assessment(
    pilot: Pilot, asked: Asked, answers: Mapping[str, Answer], as_of: date
) -> Assessment:
    facts = facts_of(pilot)
    items = [item for item in asked.items if applies(item, facts)]
    found: Score = score(items, answers, as_of)
    return Assessment(
        pilot=pilot,
        checklist=asked.template.slug,
        template=asked.template,
        met=found.overall.met,
        total=found.overall.total,
        parts=found.parts,
        facts=signature(facts),
        expires_on=_expiry(items, answers, as_of),
        assessed_at=clock.now(),
    )


def _expiry(
    items: Iterable[ChecklistItem], answers: Mapping[str, Answer], as_of: date
) -> date | None:
    """The first day on which one of the met items no longer counts."""
    given = (answers[item.key] for item in items if item.key in answers)
    days = [answer.valid_until for answer in given if is_met(answer, as_of) and answer.valid_until]
    return min(days) + timedelta(days=1) if days else None


def _store(found: Sequence[Assessment], as_of: date) -> None:
    Assessment.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["pilot", "checklist"],
        update_fields=[*SCORE, "facts", "expires_on", "assessed_at"],
        batch_size=1000,
    )
    ScoreDay.objects.bulk_create(
        [
            ScoreDay(
                pilot_id=one.pilot_id, checklist=one.checklist, day=as_of,
                **{name: getattr(one, name) for name in SCORE},
            )
            for one in found
        ],
        update_conflicts=True,
        unique_fields=["pilot", "checklist", "day"],
        update_fields=list(SCORE),
        batch_size=1000,
    )  # fmt: skip


def after_merge(pilots: Collection[int]) -> None:
    """Answers moved from one pilot to the other: count both anew, where anything was counted."""
    checklists = Assessment.objects.filter(pilot__in=pilots).values_list("checklist", flat=True)
    for checklist in checklists.distinct().order_by("checklist"):
        reassess(pilots, checklist=checklist)


def when_pilots_change(pilots: Sequence[int], as_of: date) -> None:
    """Other facts, other questions: count anew where a score was counted for other facts."""
    rows = Assessment.objects.filter(pilot__in=pilots).select_related("pilot")
    rows = rows.only("checklist", "facts", *(f"pilot__{name}" for name in COLUMNS))
    other: dict[str, set[int]] = {}
    for row in rows:
        if row.facts != signature(facts_of(row.pilot)):
            other.setdefault(row.checklist, set()).add(row.pilot_id)
    for checklist, changed in other.items():
        reassess(changed, checklist=checklist, as_of=as_of)


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
