"""From items and answers to a score. Pure: `as_of` comes in, nothing else is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

LIKELY_TO_FAIL = 3
"""Open must-haves from which a pilot is likely to fail (source map E33)."""
LEVELS = ("groundwork", "controlled", "production")
"""From the ground up: a level is reached when it and those below it are (source map A15)."""


class ItemLike(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def dimension(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def factor(self) -> str: ...
    @property
    def must_have(self) -> bool: ...
    @property
    def stage(self) -> str: ...


class AnswerLike(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def backed(self) -> bool: ...
    @property
    def valid_until(self) -> date | None: ...


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    met: int
    total: int

    @property
    def open(self) -> int:
        return self.total - self.met

    @property
    def ratio(self) -> float:
        """From 0 to 1; an empty part is complete."""
        return self.met / self.total if self.total else 1.0

    @property
    def percent(self) -> int:
        """Rounded down: 100 only when nothing is open."""
        return self.met * 100 // self.total if self.total else 100

    def __str__(self) -> str:
        return f"{self.met}/{self.total}"


@dataclass(frozen=True)
class Score:
    """What is met overall and in parts; `blockers` are the codes of open must-haves.

    `stages` are the shares of the items that matter from a stage on, `must_haves` those of the
    must-haves of each level.
    """

    overall: Share
    sides: Mapping[str, Share]
    levels: Mapping[str, Share]
    dimensions: Mapping[str, Share]
    factors: Mapping[str, Share]
    stages: Mapping[str, Share]
    must_haves: Mapping[str, Share]
    blockers: tuple[str, ...]

    @property
    def ruling(self) -> Share:
        """The share of the side that is further back: it is the score (source map D25)."""
        return lowest(self.sides.values()) or self.overall

    @property
    def level(self) -> str:
        """The highest level whose must-haves, and those of the levels below, are all met; ""
        when not even the lowest is."""
        return reached(self.must_haves)

    def due(self, stages: Iterable[str]) -> Share:
        """What is met of the items that matter in these stages: those up to the pilot's own."""
        return together(self.stages[stage] for stage in stages if stage in self.stages)

    @property
    def parts(self) -> dict[str, dict[str, list[int]]]:
        """As it is stored: {"dimension": {"data": [2, 7]}}; the second number is the total."""
        named = {
            "dimension": self.dimensions, "level": self.levels, "side": self.sides,
            "factor": self.factors, "stage": self.stages, "must": self.must_haves,
        }  # fmt: skip
        return {
            name: {part: [share.met, share.total] for part, share in shares.items()}
            for name, shares in named.items()
        }

    @property
    def ruling_side(self) -> str | None:
        """The side that holds the pilot back: the lower share rules; None when they are equal."""
        ratios = {side: share.ratio for side, share in self.sides.items()}
        if len(set(ratios.values())) < 2:
            return None
        return min(ratios, key=lambda side: ratios[side])

    @property
    def likely_to_fail(self) -> bool:
        return len(self.blockers) >= LIKELY_TO_FAIL


def reached(must_haves: Mapping[str, Share]) -> str:
    """The level reached, from the shares of must-haves by level; a level without any is skipped."""
    found = ""
    for level in LEVELS:
        share = must_haves.get(level, Share(0, 0))
        if share.open:
            break
        found = level if share.total else found
    return found


def lowest(shares: Iterable[Share]) -> Share | None:
    """The share with the lowest ratio, the first of equal ones; None of none."""
    return min(shares, key=lambda share: share.ratio, default=None)


def together(shares: Iterable[Share]) -> Share:
    known = list(shares)
    return Share(sum(share.met for share in known), sum(share.total for share in known))


def is_met(answer: AnswerLike | None, as_of: date) -> bool:
    """Verified, attested with evidence, waived or not applicable; and still valid on that day."""
    if answer is None or has_expired(answer, as_of):
        return False
    if answer.state == "attested":
        return answer.backed
    return answer.state in ("verified", "waived", "not_applicable")


def has_expired(answer: AnswerLike, as_of: date) -> bool:
    """It counted until a day that has passed."""
    return answer.state != "open" and answer.valid_until is not None and answer.valid_until < as_of


def score(items: Sequence[ItemLike], answers: Mapping[str, AnswerLike], as_of: date) -> Score:
    """The score of a checklist's items that apply; `answers` by key, a missing one is open."""
    met = {item.code for item in items if is_met(answers.get(item.key), as_of)}

    def by(name: str, among: Sequence[ItemLike] = items) -> dict[str, Share]:
        values = dict.fromkeys(value for item in among if (value := getattr(item, name)))
        return {v: _share((i for i in among if getattr(i, name) == v), met) for v in values}

    return Score(
        overall=_share(items, met),
        sides=by("side"),
        levels=by("level"),
        dimensions=by("dimension"),
        factors=by("factor"),
        stages=by("stage"),
        must_haves=by("level", [item for item in items if item.must_have]),
        blockers=tuple(item.code for item in items if item.must_have and item.code not in met),
    )


def _share(items: Iterable[ItemLike], met: set[str]) -> Share:
    codes = [item.code for item in items]
    return Share(met=sum(code in met for code in codes), total=len(codes))
