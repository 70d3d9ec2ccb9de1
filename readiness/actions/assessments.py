"""Keeps the stored scores true; called by whoever changes an answer, and when days pass."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import QuerySet

from common import clock
from portfolio.actions import events, flags
from portfolio.models import Channel, Pilot
from readiness.facts import COLUMNS, Facts, applies, facts_from, facts_of, signature
from readiness.models import (
    Answer,
    Answered,
    Assessment,
    ChecklistItem,
    ChecklistTemplate,
    ScoreDay,
)
from readiness.querysets import AnswerQuerySet, closing
from readiness.scoring import Score, is_met, score

AT_ONCE = 500  # pilots whose answers are held in memory together
A_DAY = timedelta(days=1)
TOLD = 10  # questions that one event names
SCORE = ("template", "met", "total", "parts")
Counted = tuple[int, str]  # a pilot and a checklist


@dataclass(frozen=True)
class Asked:
    """A version of a checklist with its questions."""

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
    these questions. Seven statements for each AT_ONCE pilots, whatever the number of checklists.

    What ran out before `as_of` and was not counted since gets its days first, so that a worker
    that stood still leaves no hole in the curve.
    """
    as_of = as_of or clock.today()
    lists = _asked(checklist, keys)
    for some in batched(sorted(pilots), AT_ONCE):
        _catch_up(some, lists, as_of)
        known = _last_days(some, lists)
        found = _counted(some, lists, as_of)
        _keep_days(found, known, as_of)
        _store(found)


def _asked(checklist: str, keys: Collection[str]) -> list[Asked]:
    items = ChecklistItem.objects.filter(
        template__current=True, template__answered=Answered.PEOPLE
    ).select_related("template")
    if checklist:
        items = items.filter(template__slug=checklist)
    else:
        asking = ChecklistItem.objects.filter(template__current=True, key__in=keys)
        items = items.filter(template__in=asking.order_by().values("template"))
    return _grouped(items)


def _grouped(items: QuerySet[ChecklistItem]) -> list[Asked]:
    found: dict[int, Asked] = {}
    for item in items.order_by("template", "position"):
        found.setdefault(item.template_id, Asked(item.template, []))
        found[item.template_id].items.append(item)  # type: ignore[attr-defined]
    return list(found.values())


def _counted(pilots: Sequence[int], lists: Sequence[Asked], as_of: date) -> list[Assessment]:
    said = _said(pilots, lists, Answer.objects.open_interval())
    return [
        _assessment(pilot.pk, one, facts_of(pilot), said[pilot.pk], as_of)
        for pilot in Pilot.everything.filter(pk__in=pilots).only("pk", *COLUMNS)
        for one in lists
    ]


def _said(
    pilots: Sequence[int], lists: Sequence[Asked], answers: AnswerQuerySet
) -> dict[int, dict[str, Answer]]:
    """Those answers to the questions of the lists, by pilot and key."""
    keys = {item.key for one in lists for item in one.items}
    found: dict[int, dict[str, Answer]] = {pilot: {} for pilot in pilots}
    asked = answers.filter(pilot__in=pilots, key__in=keys).order_by("pk")
    for answer in asked.only("pilot_id", "key", "state", "backed", "valid_until"):
        found[answer.pilot_id][answer.key] = answer
    return found


def _assessment(
    pilot: int, asked: Asked, facts: Facts, answers: Mapping[str, Answer], as_of: date
) -> Assessment:
    items = [item for item in asked.items if applies(item, facts)]
    found: Score = score(items, answers, as_of)
    return Assessment(
        pilot_id=pilot,
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


def _catch_up(pilots: Sequence[int], lists: Sequence[Asked], as_of: date) -> None:
    """Days on which evidence ran out unseen: counted by the version, the facts and the answers of
    that day."""
    slugs = [one.template.slug for one in lists]
    late = Assessment.objects.filter(
        pilot__in=pilots, checklist__in=slugs, expires_on__lt=as_of
    ).select_related("template")
    waiting = list(late)
    if not waiting:
        return
    versions = {row.template_id for row in waiting}
    items = ChecklistItem.objects.filter(template__in=versions).select_related("template")
    asked = {one.template.pk: one for one in _grouped(items)}
    while waiting:
        day = min(row.expires_on for row in waiting if row.expires_on)
        due = [row for row in waiting if row.expires_on == day]
        ids = [row.pilot_id for row in due]
        said = _said(ids, list(asked.values()), Answer.objects.as_of(day))
        counted = [
            _assessment(row.pilot_id, asked[row.template_id], facts_from(row.facts),
                        said[row.pilot_id], day)
            for row in due
        ]  # fmt: skip
        _keep_days(counted, _last_days(ids, lists), day)
        waiting = [row for row in waiting if row.expires_on != day]
        waiting += [row for row in counted if row.expires_on and row.expires_on < as_of]


def _last_days(pilots: Sequence[int], lists: Sequence[Asked]) -> dict[Counted, ScoreDay]:
    slugs = [one.template.slug for one in lists]
    days = ScoreDay.objects.filter(pilot__in=pilots, checklist__in=slugs)
    last = days.order_by("pilot", "checklist", "-day").distinct("pilot", "checklist")
    return {(row.pilot_id, row.checklist): row for row in last}


def _keep_days(found: Sequence[Assessment], known: Mapping[Counted, ScoreDay], day: date) -> None:
    """A row for a day that says something new; the others have the score of the row before."""
    ScoreDay.objects.bulk_create(
        [
            ScoreDay(
                pilot_id=one.pilot_id, checklist=one.checklist, day=day,
                **{name: getattr(one, name) for name in SCORE},
            )
            for one in found
            if _says_more(one, known.get((one.pilot_id, one.checklist)), day)
        ],
        update_conflicts=True,
        unique_fields=["pilot", "checklist", "day"],
        update_fields=list(SCORE),
        batch_size=1000,
    )  # fmt: skip


def _says_more(one: Assessment, last: ScoreDay | None, day: date) -> bool:
    if last is None or last.day >= day:
        return True
    return (one.template_id, one.parts) != (last.template_id, last.parts)


def _store(found: Sequence[Assessment]) -> None:
    Assessment.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["pilot", "checklist"],
        update_fields=[*SCORE, "facts", "expires_on", "assessed_at"],
        batch_size=1000,
    )


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


def expire(*, as_of: date) -> int:
    """Take out what no longer counts on that day; returns how many scores were counted anew.

    AT_ONCE pilots in a transaction, which moves them out of what is due: a run that is cut off or
    begins twice repeats nothing.
    """
    counted = 0
    while found := _expire_some(as_of):
        counted += found
    return counted


@transaction.atomic
def _expire_some(as_of: date) -> int:
    asked = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    due = Assessment.objects.filter(expires_on__lte=as_of, checklist__in=asked.values("slug"))
    some = due.order_by("pilot").values_list("pilot", flat=True).distinct()[:AT_ONCE]
    # Pilots first, as everybody does who changes their answers.
    pilots = list(Pilot.everything.select_for_update(of=("self",)).filter(pk__in=list(some))
                  .order_by("pk"))  # fmt: skip
    by_list: dict[str, set[int]] = {}
    began: dict[int, date] = {}
    rows = due.filter(pilot__in=pilots).values_list("checklist", "pilot", "expires_on")
    for checklist, pilot, day in rows:
        by_list.setdefault(checklist, set()).add(pilot)
        began[pilot] = min(day or as_of, began.get(pilot, as_of))
    _tell(pilots, began, as_of)
    for checklist, ids in by_list.items():
        reassess(ids, checklist=checklist, as_of=as_of)
    flags.sweep_pilots(pilots=list(began))
    return sum(len(ids) for ids in by_list.values())


def _tell(pilots: Sequence[Pilot], began: Mapping[int, date], as_of: date) -> None:
    """An event for each pilot whose answers ran out since the day it was counted for."""
    ended: dict[int, list[Answer]] = {}
    rows = Answer.objects.open_interval().asked().filter(closing(), pilot__in=list(began))
    rows = rows.filter(valid_until__lt=as_of).select_related("item").order_by("valid_until", "pk")
    for row in rows:
        if row.valid_until and row.valid_until + A_DAY >= began[row.pilot_id]:
            ended.setdefault(row.pilot_id, []).append(row)
    for pilot in pilots:
        gone = ended.get(pilot.pk, [])
        said = [f"{a.item.question} ({_day(a.valid_until)})" for a in gone[:TOLD]]
        more = [f"{len(gone) - TOLD} more"] if len(gone) > TOLD else []
        if gone:
            events.record(
                verb="readiness.expired", by=None, channel=Channel.SYSTEM, pilot=pilot,
                after={"open_again": [*said, *more]},
            )  # fmt: skip


def _day(day: date | None) -> str:
    return f"counted until {day.day} {day:%b %Y}" if day else ""
