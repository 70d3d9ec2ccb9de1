"""What the heat map is asked for: which list, by what, of which pilots, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from accounts.models import User
from portfolio.models import ACTIVE_STAGES, Pilot, Stage
from portfolio.querysets import PilotQuerySet
from readiness.access import PRODUCTION
from readiness.models import ChecklistItem, Dimension, Level

SIZE = 100  # pilots on a page
MOST = 20_000  # pilots that are compared at once
QUESTIONS = 25  # columns of single questions that fit beside each other
FROM_PILOT_ON = (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)
LATER, ALL = "later", "all"
STAGES = {LATER: FROM_PILOT_ON, ALL: ACTIVE_STAGES}
DIMENSION, LEVEL, QUESTION = "dimension", "level", "question"
BY = {DIMENSION: "dimensions", LEVEL: "levels", QUESTION: "questions"}
WORST, RULING, NAME = "worst", "ruling", "name"
SORTS = {
    WORST: "most open first", RULING: "lower side first", NAME: "by name",
}  # fmt: skip
LABELS: Mapping[str, Mapping[str, str]] = {
    DIMENSION: {d.value: str(d.label) for d in Dimension},
    LEVEL: {level.value: str(level.label) for level in Level},
}
AT_RISK = "at_risk"


@dataclass(frozen=True)
class Chosen:
    """What the page is asked for. `among` narrows single questions to a dimension; `open` is a
    column that is not complete, or AT_RISK: three or more questions open."""

    checklist: str = PRODUCTION
    by: str = DIMENSION
    unit: int | None = None
    stage: str = LATER
    sort: str = WORST
    among: str = ""
    open: str = ""

    def query(self, **changes: object) -> str:
        """The address of this choice with something changed; what is usual is left out."""
        usual = Chosen()
        given = {
            "list": (self.checklist, usual.checklist), "by": (self.by, usual.by),
            "unit": (self.unit, None), "stage": (self.stage, usual.stage),
            "sort": (self.sort, usual.sort), "among": (self.among, ""), "open": (self.open, ""),
        }  # fmt: skip
        said = {name: value for name, (value, default) in given.items() if value != default}
        return urlencode({k: v for k, v in (said | changes).items() if v not in ("", None)})


class Column(NamedTuple):
    code: str
    label: str
    title: str


def in_stages(user: User, stage: str, unit: int | None) -> PilotQuerySet:
    """The pilots that a person may see in these stages, of a unit and all below it."""
    stages = STAGES.get(stage) or (Stage(stage),)
    pilots = Pilot.objects.visible_to(user).filter(stage__in=stages)
    return pilots.within(unit) if unit else pilots


def columns_of(chosen: Chosen, items: Sequence[ChecklistItem]) -> tuple[Column, ...]:
    if chosen.by == QUESTION:
        asked = among(chosen, items)
        return tuple(Column(item.code, str(item.position), item.question) for item in asked)
    there = {getattr(item, chosen.by) for item in items}
    names = LABELS[chosen.by]
    return tuple(Column(code, names[code], names[code]) for code in names if code in there)


def laid_out(chosen: Chosen, items: Sequence[ChecklistItem]) -> Chosen:
    """The choice with the dimension that is shown, where all questions are too many for a row."""
    if chosen.by != QUESTION or chosen.among or len(items) <= QUESTIONS:
        return chosen
    return replace(chosen, among=items[0].dimension)


def among(chosen: Chosen, items: Sequence[ChecklistItem]) -> list[ChecklistItem]:
    """The questions that stand beside each other: those of a dimension when all are too many."""
    return [item for item in items if not chosen.among or item.dimension == chosen.among]
