"""Where a pilot stands on every checklist that people answer for it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.models import Pilot
from readiness.access import PRODUCTION, may_answer
from readiness.facts import applies, facts_of
from readiness.models import Answer, Answered, ChecklistItem, ChecklistTemplate, Side
from readiness.scoring import Score, is_met, score


@dataclass(frozen=True)
class RunsOut:
    """The met item whose answer stops counting first, with the last day on which it counts."""

    item: ChecklistItem
    last_day: date


@dataclass(frozen=True)
class Listed:
    """One checklist of a pilot; `answered` counts items about which something is said."""

    template: ChecklistTemplate
    score: Score
    answered: int
    runs_out: RunsOut | None

    @property
    def ruling_side(self) -> str:
        side = self.score.ruling_side
        return str(Side(side).label) if side else ""


@dataclass(frozen=True)
class Standing:
    pilot: Pilot
    lists: tuple[Listed, ...]
    may_answer: bool


def standing(pilot: Pilot, user: User, as_of: date) -> Standing:
    """Every list with an item that applies, the production questions first.

    Three queries and those of the rights, whatever the number of lists.
    """
    facts = facts_of(pilot)
    templates = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    items: dict[int, list[ChecklistItem]] = defaultdict(list)
    for item in ChecklistItem.objects.filter(template__in=templates):
        if applies(item, facts):
            items[item.template_id].append(item)
    given = Answer.objects.open_interval().filter(pilot=pilot).defer("note", "figures")
    answers = {answer.key: answer for answer in given}
    listed = [_listed(one, items[one.pk], answers, as_of) for one in templates if one.pk in items]
    listed.sort(key=lambda one: (one.template.slug != PRODUCTION, one.template.title))
    return Standing(pilot=pilot, lists=tuple(listed), may_answer=may_answer(user, pilot))


def _listed(
    template: ChecklistTemplate,
    items: list[ChecklistItem],
    answers: dict[str, Answer],
    as_of: date,
) -> Listed:
    ends = [
        RunsOut(item, answer.valid_until)
        for item in items
        if (answer := answers.get(item.key)) and answer.valid_until and is_met(answer, as_of)
    ]
    return Listed(
        template=template,
        score=score(items, answers, as_of),
        answered=sum(item.key in answers for item in items),
        runs_out=min(ends, key=lambda one: (one.last_day, one.item.position), default=None),
    )
