"""Where a pilot stands on every checklist that people answer for it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from accounts.models import User
from portfolio.models import Pilot
from readiness.access import PRODUCTION, may_answer
from readiness.facts import applies, facts_of
from readiness.models import (
    Answer,
    Answered,
    ChecklistItem,
    ChecklistTemplate,
    SelfCheck,
    Side,
    State,
)
from readiness.next_gap import Gap, next_gap
from readiness.scoring import Score, has_expired, is_met, score


@dataclass(frozen=True)
class RunsOut:
    """The met item whose answer stops counting first, with the last day on which it counts."""

    item: ChecklistItem
    last_day: date


@dataclass(frozen=True)
class Listed:
    """One checklist of a pilot; `answered` counts items about which
    something is said that has not run out."""

    template: ChecklistTemplate
    score: Score
    answered: int
    open: tuple[ChecklistItem, ...]
    runs_out: RunsOut | None
    gap: Gap | None

    @property
    def ruling_side(self) -> str:
        side = self.score.ruling_side
        return str(Side(side).label) if side else ""


@dataclass(frozen=True)
class Standing:
    """All lists of a pilot; `checked` is its latest finished self-check, `running` the one that is
    not finished."""

    pilot: Pilot
    lists: tuple[Listed, ...]
    may_answer: bool
    checked: SelfCheck | None = None
    running: SelfCheck | None = None

    def of(self, slug: str) -> Listed | None:
        return next((one for one in self.lists if one.template.slug == slug), None)

    @property
    def ten(self) -> Listed | None:
        return self.of(PRODUCTION)

    @property
    def full(self) -> Listed | None:
        return self.of("full")

    @property
    def runs_out(self) -> tuple[Listed, RunsOut] | None:
        """What stops counting first, on whatever list."""
        ends = [(one, one.runs_out) for one in self.lists if one.runs_out]
        return min(ends, key=lambda end: end[1].last_day, default=None)


def standing(pilot: Pilot, user: User, as_of: date) -> Standing:
    """Every list with an item that applies, the production questions first.

    Four queries and those of the rights, whatever the number of lists.
    """
    facts = facts_of(pilot)
    templates = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    items: dict[int, list[ChecklistItem]] = defaultdict(list)
    for item in ChecklistItem.objects.filter(template__in=templates):
        if applies(item, facts):
            items[item.template_id].append(item)
    given = Answer.objects.open_interval().filter(pilot=pilot).defer("note", "figures")
    answers = {answer.key: answer for answer in given}
    listed = [
        _listed(one, items[one.pk], answers, pilot.stage, as_of)
        for one in templates
        if one.pk in items
    ]
    listed.sort(key=lambda one: (one.template.slug != PRODUCTION, one.template.title))
    checks = pilot.self_checks.select_related("template").order_by(
        F("finished_at").desc(nulls_first=True)
    )[:2]  # At most one runs, and it comes first.
    return Standing(
        pilot=pilot,
        lists=tuple(listed),
        may_answer=may_answer(user, pilot),
        checked=next((one for one in checks if one.finished_at), None),
        running=next((one for one in checks if not one.finished_at), None),
    )


def _said(answer: Answer | None, as_of: date) -> bool:
    return answer is not None and answer.state != State.OPEN and not has_expired(answer, as_of)


def _listed(
    template: ChecklistTemplate,
    items: list[ChecklistItem],
    answers: dict[str, Answer],
    stage: str,
    as_of: date,
) -> Listed:
    found = score(items, answers, as_of)
    met = {item.code for item in items if is_met(answers.get(item.key), as_of)}
    ends = [
        RunsOut(item, answer.valid_until)
        for item in items
        if (answer := answers.get(item.key)) and answer.valid_until and is_met(answer, as_of)
    ]
    return Listed(
        template=template,
        score=found,
        answered=sum(_said(answers.get(item.key), as_of) for item in items),
        open=tuple(item for item in items if item.code not in met),
        gap=next_gap(items, found, met, stage=stage),
        runs_out=min(ends, key=lambda one: (one.last_day, one.item.position), default=None),
    )
