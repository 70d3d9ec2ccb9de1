"""Holds back a hand, or a program, that asks faster than anybody reads."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic


class Bucket:
    """So many at once, then so many a second, for each key; kept per process, forgotten freely."""

    def __init__(
        self, *, burst: int, per_second: float, keys: int = 10_000,
        tick: Callable[[], float] = monotonic,
    ) -> None:  # fmt: skip
        self.burst, self.per_second, self.keys, self._tick = burst, per_second, keys, tick
        self._left: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object) -> bool:
        """False when the key has none left."""
        now = self._tick()
        left, since = self._left.pop(key, (float(self.burst), now))
        left = min(self.burst, left + (now - since) * self.per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > self.keys:
            self._left.popitem(last=False)
        return allowed
