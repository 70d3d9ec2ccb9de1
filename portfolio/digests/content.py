"""What a digest says, as kept in the ledger: plain values, shown again at any time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

AT_MOST = 20  # lines in one mail, then a count and a link


@dataclass(frozen=True)
class Line:
    """One stalled pilot. `why` are its findings in words, gravest first; `days` its age."""

    pilot: int
    ref: str
    name: str
    unit: str
    stage: str
    days: int
    at_least: bool
    why: tuple[str, ...]
    owner: str = ""
    mine: bool = False


@dataclass(frozen=True)
class Part:
    """One section. `total` counts all its pilots, `lines` are the worst of them."""

    code: str
    title: str
    total: int
    lines: tuple[Line, ...]
    more_query: str = ""

    @property
    def more(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Content:
    """A whole digest. `burn` is the known monthly cost in the company's currency, whole units;
    `unknown_burn` counts the pilots whose cost nobody knows."""

    period: str
    total: int
    burn: int
    unknown_burn: int
    currency: str
    parts: tuple[Part, ...]
    withheld: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def pilots(self) -> list[int]:
        return [line.pilot for part in self.parts for line in part.lines]

    def seen_by_another(self, visible: Collection[int]) -> "Content":
        """For the eyes of somebody else: only pilots they may see, and no totals that tell more."""
        parts = []
        for part in self.parts:
            lines = tuple(line for line in part.lines if line.pilot in visible)
            if lines:
                parts.append(replace(part, lines=lines, total=len(lines)))
        total = sum(part.total for part in parts)
        return replace(self, parts=tuple(parts), total=total, burn=0, unknown_burn=0, withheld=True)


def from_json(values: Mapping[str, Any]) -> Content:
    parts = tuple(
        Part(**{**part, "lines": tuple(_line(line) for line in part["lines"])})
        for part in values["parts"]
    )
    return Content(**{**values, "parts": parts})


def _line(values: Mapping[str, Any]) -> Line:
    return Line(**{**values, "why": tuple(values["why"])})


def amount(value: int) -> str:
    """Money in few characters: 940, 41 k, 2.3 M."""
    if value >= 999_500:
        return f"{value / 1_000_000:.1f} M"
    return f"{value / 1_000:.0f} k" if value >= 1_000 else str(value)


def summary(content: Content) -> str:
    """One line: "9 stalled pilots, 41 k EUR a month, 2 without a known cost"."""
    words = [f"{content.total:,} stalled {'pilot' if content.total == 1 else 'pilots'}"]
    if content.burn:
        words.append(f"{amount(content.burn)} {content.currency} a month")
    if content.unknown_burn and content.unknown_burn < content.total:
        words.append(f"{content.unknown_burn:,} without a known cost")
    elif content.unknown_burn:
        words.append("cost not known")
    return ", ".join(words)


def bar(days: int, width: int = 20) -> str:
    """The quarter line in characters: full at 91 days, past the mark it grows in plus signs."""
    half = width // 2
    filled = min(half, days * half // 91)
    past = min(half, max(0, (days - 91) * half // 91 + 1)) if days > 91 else 0
    return f"[{'=' * filled}{'.' * (half - filled)}|{'+' * past}{' ' * (half - past)}]"


def shares(days: int, width: int = 140) -> Mapping[str, int]:
    """The same for a table: pixels filled, empty to the mark, past it, and left."""
    half = width // 2
    filled = min(half, days * half // 91)
    past = min(half, max(1, (days - 91) * half // 91)) if days > 91 else 0
    return {"filled": filled, "to_mark": half - filled, "past": past, "left": half - past}


def capped(parts: Sequence[Part], at_most: int = AT_MOST) -> tuple[Part, ...]:
    """The parts that say something, together no longer than so many lines."""
    kept, room = [], at_most
    for part in parts:
        if part.total:
            kept.append(replace(part, lines=part.lines[:room]))
            room -= len(kept[-1].lines)
    return tuple(kept)
