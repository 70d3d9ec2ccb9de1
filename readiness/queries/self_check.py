"""A self-check in numbers: its score, its gaps in order, and what moved since the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from portfolio.models import Pilot
from readiness.models import ChecklistItem, SelfCheck
from readiness.models.checklist import Level

RUNGS = 4  # the highest; 0 is the lowest


@dataclass(frozen=True)
class SelfGap:
    """A question that is not on its highest rung; `rung` None: not known."""

    item: ChecklistItem
    rung: int | None
    note: str = ""

    @property
    def now(self) -> str:
        return "Not known" if self.rung is None else self.item.rungs[self.rung]

    @property
    def next(self) -> str:
        """What the next rung says."""
        return str(self.item.rungs[0 if self.rung is None else self.rung + 1])

    @property
    def related(self) -> str:
        """How the full list is narrowed to what this is about."""
        part = {"factor": self.item.factor} if self.item.factor else {
            "dimension": self.item.dimension
        }  # fmt: skip
        return urlencode({"state": "open", **part})


@dataclass(frozen=True)
class Moved:
    item: ChecklistItem
    before: int | None
    after: int | None

    @property
    def up(self) -> bool:
        return (-1 if self.after is None else self.after) > (
            -1 if self.before is None else self.before
        )


@dataclass(frozen=True)
class Outcome:
    """`points` of `most`; what is not known gives none."""

    points: int
    most: int
    unknown: int
    answered: int
    gaps: tuple[SelfGap, ...]

    @property
    def percent(self) -> int:
        return self.points * 100 // self.most if self.most else 0


@dataclass(frozen=True)
class Line:
    """A self-check in the pilot's list of them."""

    check: SelfCheck
    outcome: Outcome
    moved: tuple[Moved, ...]


def outcome(
    items: Sequence[ChecklistItem],
    ratings: Mapping[str, int | None],
    notes: Mapping[str, str] | None = None,
) -> Outcome:
    """The score and the gaps of ratings by item code: what is not known first, then the lowest
    rung, must-haves and lower levels before others."""
    rated = {item.code: ratings.get(item.code) for item in items}
    gaps = [
        SelfGap(item, rung, (notes or {}).get(item.code, ""))
        for item in items
        if (rung := rated[item.code]) is None or rung < RUNGS
    ]
    gaps.sort(key=_order)
    return Outcome(
        points=sum(rung or 0 for rung in rated.values()),
        most=RUNGS * len(items),
        unknown=sum(code in ratings and rung is None for code, rung in rated.items()),
        answered=sum(code in ratings for code in rated),
        gaps=tuple(gaps),
    )


def _order(gap: SelfGap) -> tuple[int, bool, int, int]:
    item = gap.item
    rung = -1 if gap.rung is None else gap.rung
    return rung, not item.must_have, Level.values.index(item.level), item.position


def moved(
    items: Sequence[ChecklistItem], before: Mapping[str, int | None],
    after: Mapping[str, int | None],
) -> tuple[Moved, ...]:  # fmt: skip
    """The questions that both asked and that were answered differently."""
    return tuple(
        Moved(item, before[item.code], after[item.code])
        for item in items
        if item.code in before and item.code in after and before[item.code] != after[item.code]
    )


def said(check: SelfCheck, code: str) -> str:
    """What a check says about a question, for a form to hand back: "", "unknown" or "3"."""
    if code not in check.ratings:
        return ""
    rating = check.ratings[code]
    return "unknown" if rating is None else str(rating)


def checks_of(pilot: Pilot) -> tuple[Line, ...]:
    """All self-checks of a pilot, the latest first, each compared with the one before it.

    Two queries, whatever their number.
    """
    rows = list(
        SelfCheck.objects.filter(pilot=pilot)
        .select_related("author", "template")
        .order_by("-begun_at", "-pk")
    )
    items: dict[int, list[ChecklistItem]] = {row.template_id: [] for row in rows}
    for item in ChecklistItem.objects.filter(template__in=list(items)):
        items[item.template_id].append(item)
    lines = []
    for place, row in enumerate(rows):
        earlier = next((one for one in rows[place + 1 :] if one.finished_at), None)
        asked = items[row.template_id]
        since = moved(asked, earlier.ratings, row.ratings) if earlier else ()
        lines.append(Line(row, outcome(asked, row.ratings, row.notes), since))
    return tuple(lines)
