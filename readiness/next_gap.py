"""What to close next and what that changes; how long the rest takes. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Protocol

from readiness.facts import due
from readiness.models.checklist import EvidenceKind, Level, Side
from readiness.scoring import ItemLike, Score, Share

CHEAPEST = (
    EvidenceKind.ANY, EvidenceKind.NUMBER, EvidenceKind.LATENCY, EvidenceKind.LOAD_RATIO,
    EvidenceKind.DRILL, EvidenceKind.RAW_200,
)  # fmt: skip
"""Kinds of evidence, the one that is had in an hour first."""
FEW = 5  # pauses between answers from which an estimate is made
SITTING = timedelta(minutes=15)  # a longer pause is not work on the next answer


class Candidate(ItemLike, Protocol):
    @property
    def stage(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True)
class Gap:
    """The item to close next, and why it is that one."""

    item: Candidate
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The reasons as one sentence."""
        words = ", ".join(self.reasons)
        return f"{words[:1].upper()}{words[1:]}."


def next_gap(
    items: Sequence[Candidate], score: Score, met: Collection[str], *, stage: str,
    blocking: Collection[str] = (),
) -> Gap | None:  # fmt: skip
    """The open item whose closing is worth most at the pilot's `stage`; None when all are met.

    What is due comes before what is not; then must-haves, the side that holds the score back, the
    lowest level, what blocks the next gate (`blocking`: keys), and the evidence that is had
    soonest. `met` are codes.
    """
    left = [item for item in items if item.code not in met]
    if not left:
        return None

    def rank(item: Candidate) -> tuple[int, ...]:
        return (
            not due(item.stage, stage),
            not item.must_have,
            bool(score.ruling_side) and item.side != score.ruling_side,
            _level(item.level),
            item.key not in blocking,
            _kind(item.kind),
            item.position,
        )

    best = min(left, key=rank)
    return Gap(best, _reasons(best, left, score, stage, blocking))


def _reasons(
    item: Candidate, left: Sequence[Candidate], score: Score, stage: str, blocking: Collection[str]
) -> tuple[str, ...]:
    """What distinguishes it, in the order in which it was chosen."""
    said = ["a must-have" if item.must_have else "every must-have that is due counts already"]
    if item.side == score.ruling_side:
        said.append(f"on the {Side(item.side).label.lower()} side, which holds the score back")
    lower = [one for one in left if _level(one.level) < _level(item.level)]
    if not lower:
        said.append(f"at the lowest level with something open ({_label(item.level)})")
    if item.key in blocking:
        said.append("and it blocks the next gate")
    if not due(item.stage, stage):
        said.append("and everything that is due already counts")
    return tuple(said)


def _level(level: str) -> int:
    return Level.values.index(level)


def _label(level: str) -> str:
    return str(Level(level).label)


def _kind(kind: str) -> int:
    return CHEAPEST.index(EvidenceKind(kind))


@dataclass(frozen=True)
class Closed:
    """Shares as they are, and as they would be if one more item counted."""

    dimension: tuple[Share, Share]
    side: tuple[Share, Share]
    ruling: tuple[Share, Share]


def closing(score: Score, item: ItemLike) -> Closed:
    """What changes if this open item counted."""
    dimension, side = score.dimensions[item.dimension], score.sides[item.side]
    more = {**score.sides, item.side: _more(side)}
    after = min(more.values(), key=lambda share: share.ratio)
    return Closed((dimension, _more(dimension)), (side, _more(side)), (score.ruling, after))


def _more(share: Share) -> Share:
    return Share(min(share.met + 1, share.total), share.total)


def minutes_left(moments: Sequence[datetime], left: int) -> int | None:
    """How long `left` more answers take at the pace of those given at `moments`, in minutes.

    The pace is the median of the pauses of one sitting; None when there were too few to tell.
    """
    ordered = sorted(moments)
    pauses = [
        (after - before).total_seconds()
        for before, after in pairwise(ordered)
        if timedelta(0) < after - before <= SITTING
    ]
    if len(pauses) < FEW or left < 1:
        return None
    return max(1, round(median(pauses) * left / 60))
