"""The curves of scores written from dated answers, where no action wrote them day by day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction

from portfolio.models import Pilot
from readiness.facts import COLUMNS, applies, facts_of
from readiness.models import Answer, Answered, ChecklistItem, ChecklistTemplate, ScoreDay
from readiness.scoring import score


@transaction.atomic
def rebuild(*, pilots: Sequence[int], until: date) -> int:
    """Write every day on which the answers of these pilots (by id) changed a score, up to
    `until`; returns how many. For a past that came in one piece: the questions are those of
    today's versions, the pilots' facts those of today. Days that are kept already stay."""
    rows: list[ScoreDay] = []
    given: dict[int, list[Answer]] = {pilot: [] for pilot in pilots}
    for answer in Answer.objects.filter(pilot__in=pilots).order_by("recorded_at", "pk"):
        given[answer.pilot_id].append(answer)
    templates = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    asked = [(one, list(one.items.all())) for one in templates]
    for pilot in Pilot.everything.filter(pk__in=pilots).only("pk", *COLUMNS):
        facts = facts_of(pilot)
        for template, every in asked:
            items = [item for item in every if applies(item, facts)]
            rows += _days(pilot.pk, template, items, given[pilot.pk], until)
    return len(ScoreDay.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000))


def _days(
    pilot: int, template: ChecklistTemplate, items: Sequence[ChecklistItem],
    answers: Iterable[Answer], until: date,
) -> list[ScoreDay]:  # fmt: skip
    keys = {item.key for item in items}
    own = [answer for answer in answers if answer.key in keys]
    found: list[ScoreDay] = []
    for day in sorted({day for answer in own for day in _changes(answer) if day <= until}):
        now = {a.key: a for a in own if a.since <= day and (a.until is None or a.until > day)}
        counted = score(items, now, day)
        if found and found[-1].parts == counted.parts:
            continue
        found.append(
            ScoreDay(
                pilot_id=pilot, checklist=template.slug, template=template, day=day,
                met=counted.overall.met, total=counted.overall.total, parts=counted.parts,
            )
        )  # fmt: skip
    return found


def _changes(answer: Answer) -> list[date]:
    """The days on which this answer may change a score."""
    days = [answer.since]
    if answer.until:
        days.append(answer.until)
    if answer.valid_until:
        days.append(answer.valid_until + timedelta(days=1))
    return days
