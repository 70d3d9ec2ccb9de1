"""Interleaved rounds, ratios with their spread, growth exponents."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS, REQUESTS = 6, 60


@dataclass(frozen=True)
class Ratio:
    """The median of the per-round ratios, and their least and greatest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


@dataclass(frozen=True)
class Rounds:
    """Seconds per subject: one list of samples for each round."""

    samples: Mapping[str, list[list[float]]]

    def p50(self, subject: str) -> float:
        """The median over all rounds, in milliseconds."""
        return 1000 * statistics.median(value for one in self.samples[subject] for value in one)

    def p95(self, subject: str) -> float:
        values = sorted(value for one in self.samples[subject] for value in one)
        return 1000 * values[int(0.95 * (len(values) - 1))]

    def ratio(self, subject: str, base: str) -> Ratio:
        ratios = [
            statistics.median(mine) / statistics.median(theirs)
            for mine, theirs in zip(self.samples[subject], self.samples[base], strict=True)
        ]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios))

    def spread(self, subject: str) -> float:
        """How far the round medians of one subject lie apart, as a share of the middle one."""
        medians = [statistics.median(one) for one in self.samples[subject]]
        return (max(medians) - min(medians)) / statistics.median(medians)


def interleave(
    subjects: Mapping[str, Callable[[], float]],
    *,
    rounds: int = ROUNDS,
    requests: int = REQUESTS,
    steady: str | None = None,
    tries: int = 3,
) -> Rounds:
    """Call each subject in shuffled order; repeat the whole when `steady` spreads over 15 %."""
    order = random.Random(7)
    for _ in range(tries):
        samples: dict[str, list[list[float]]] = {name: [] for name in subjects}
        for call in subjects.values():
            call()
        for _ in range(rounds):
            current: dict[str, list[float]] = {name: [] for name in subjects}
            for _ in range(requests):
                names = list(subjects)
                order.shuffle(names)
                for name in names:
                    current[name].append(subjects[name]())
            for name, values in current.items():
                samples[name].append(values)
        result = Rounds(samples)
        if steady is None or result.spread(steady) <= 0.15:
            break
    return result


def exponent(small: float, large: float, *, growth: float) -> float:
    """log(large / small) / log(growth): 0 is independent of size, 1 is proportional to it."""
    return math.log(large / small) / math.log(growth)
