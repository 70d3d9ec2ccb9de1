"""What each pilot has met of a checklist, from its stored score, and from its answers where that
is not true any more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from portfolio.models import Pilot
from portfolio.querysets import PilotQuerySet
from readiness.facts import Facts, applies, facts_of, signature
from readiness.models import Answer, Assessment, ChecklistItem, ChecklistTemplate
from readiness.queries.heat_choice import QUESTION, Chosen, Column, among
from readiness.queries.kinds import PilotFacts
from readiness.scoring import Score, Share, lowest, reached, score


class Line(NamedTuple):
    """A pilot and its shares; `cells` are in the order of the columns, (0, 0) where a part does
    not apply."""

    pk: int
    name: str
    unit: int
    stage: str
    restricted: bool
    met: int
    total: int
    ruling: Share
    level: str
    cells: tuple[tuple[int, int], ...]

    @property
    def ref(self) -> str:
        return f"{Pilot.REF_PREFIX}{self.pk}"


class Counted:
    """Scores of one checklist by pilot; what nobody answered is nothing met of what applies."""

    def __init__(self, template: ChecklistTemplate, items: Sequence[ChecklistItem]) -> None:
        self.template, self.items = template, items
        self._none: dict[str, Score] = {}

    def nothing(self, facts: Facts) -> Score:
        key = signature(facts)
        if key not in self._none:
            self._none[key] = score(self.asked(facts), {}, date.min)
        return self._none[key]

    def asked(self, facts: Facts) -> list[ChecklistItem]:
        return [item for item in self.items if applies(item, facts)]

    def again(self, stale: Collection[int], facts: Mapping[int, Facts], as_of: date) -> dict[
        int, Score
    ]:  # fmt: skip
        """Those whose stored score is not true any more, counted from their answers."""
        said: dict[int, dict[str, Answer]] = defaultdict(dict)
        keys = [item.key for item in self.items]
        if stale:
            for answer in Answer.objects.open_interval().filter(pilot__in=stale, key__in=keys):
                said[answer.pilot_id][answer.key] = answer
        return {pk: score(self.asked(facts[pk]), said[pk], as_of) for pk in stale}


Shares = Mapping[str, tuple[int, int] | list[int]]
Parts = Mapping[str, Shares]


def lines_of(
    rows: Sequence[tuple[Any, ...]], pilots: PilotQuerySet, chosen: Chosen,
    template: ChecklistTemplate, items: Sequence[ChecklistItem], columns: Sequence[Column],
    as_of: date,
) -> tuple[list[Line], int]:  # fmt: skip
    """Every pilot of the choice, and how many of them have an answer."""
    counter = Counted(template, items)
    facts = {row[0]: facts_of(PilotFacts(*row[5:])) for row in rows}
    kept: dict[int, tuple[Any, ...]] = {
        pk: (met, total, parts, template_id, expires)
        for pk, met, total, parts, template_id, expires in Assessment.objects.filter(
            checklist=template.slug, pilot__in=pilots
        ).values_list("pilot", "met", "total", "parts", "template", "expires_on")
    }
    stale = [
        pk for pk, (_, _, parts, version, expires) in kept.items()
        if version != template.pk or not parts or (expires and expires <= as_of)
    ]  # fmt: skip
    anew = counter.again(stale, facts, as_of)
    beside = among(chosen, items)
    met_by = _met_by(chosen, pilots, items, as_of)
    lines: list[Line] = []
    for pk, name, unit, stage, restricted, *_ in rows:
        if pk in kept and pk not in anew:
            met, total, parts = kept[pk][:3]
        else:
            found = anew.get(pk) or counter.nothing(facts[pk])
            met, total, parts = found.overall.met, found.overall.total, found.parts
        cells = (
            _questions(pk, facts[pk], beside, met_by)
            if chosen.by == QUESTION
            else tuple(tuple(parts[chosen.by].get(column.code, (0, 0))) for column in columns)
        )
        sides = lowest(Share(*pair) for pair in parts["side"].values()) or Share(met, total)
        level = reached({level: Share(*pair) for level, pair in parts.get("must", {}).items()})
        lines.append(Line(pk, name, unit, stage, restricted, met, total, sides, level, cells))
    return lines, sum(pk in kept for pk, *_ in rows)


def _met_by(
    chosen: Chosen, pilots: PilotQuerySet, items: Sequence[ChecklistItem], as_of: date
) -> dict[int, set[str]]:
    """The keys that each pilot has met, of the questions that are columns."""
    found: dict[int, set[str]] = defaultdict(set)
    if chosen.by == QUESTION:
        keys = [item.key for item in among(chosen, items)]
        met = Answer.objects.open_interval().met(as_of).filter(pilot__in=pilots, key__in=keys)
        for pk, key in met.order_by().values_list("pilot", "key"):
            found[pk].add(key)
    return found


def _questions(
    pk: int, facts: Facts, items: Iterable[ChecklistItem], met_by: Mapping[int, set[str]]
) -> tuple[tuple[int, int], ...]:
    met: Collection[str] = met_by.get(pk, ())
    return tuple((int(item.key in met), 1) if applies(item, facts) else (0, 0) for item in items)
