"""What another version of a checklist would do to the scores of pilots, on their real answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from portfolio.models import Pilot
from readiness.facts import COLUMNS, applies, facts_of, signature
from readiness.models import Answer, Assessment, ChecklistItem
from readiness.scoring import Score, Share, score

SHOWN = 100
AT_ONCE = 2_000  # answers fetched together


@dataclass(frozen=True)
class Move:
    """A pilot whose score would be another one; `before` is None for one that has none yet."""

    pilot: Pilot
    before: Score | None
    after: Score

    @property
    def way(self) -> int:
        """Below zero when the score falls, above when it rises, zero when it only looks different
        or is the first."""
        if self.before is None:
            return 0
        return compare(self.before.overall, self.after.overall)

    @property
    def signed(self) -> str:
        """The change in percentage points, with its sign."""
        return f"{self.points:+d} points" if self.points else "same"

    @property
    def points(self) -> int:
        """Percentage points by which it changes."""
        before = self.before.overall.ratio if self.before else 0.0
        return round(100 * self.after.overall.ratio) - round(100 * before)


@dataclass(frozen=True)
class Preview:
    """Of the pilots the person can see. `moves` are those that would change, the worst first."""

    lowered: tuple[Move, ...]
    raised: tuple[Move, ...]
    begun: tuple[Move, ...]
    same: int

    @property
    def only_begun(self) -> bool:
        return self.total == len(self.begun)

    @property
    def total(self) -> int:
        return len(self.lowered) + len(self.raised) + len(self.begun) + self.same

    @property
    def groups(self) -> list[tuple[str, tuple[Move, ...], int]]:
        """(heading, the first of them, how many more)."""
        named = {
            "Lowered": self.lowered,
            "Raised": self.raised,
            "Scored for the first time": self.begun,
        }
        return [
            (name, moves[:SHOWN], max(0, len(moves) - SHOWN))
            for name, moves in named.items() if moves
        ]  # fmt: skip


def compare(before: Share, after: Share) -> int:
    """-1 when the second share is lower, 1 when higher, exactly; an empty one is complete."""
    old = (before.met, before.total) if before.total else (1, 1)
    new = (after.met, after.total) if after.total else (1, 1)
    left, right = new[0] * old[1], old[0] * new[1]
    return (left > right) - (left < right)


def preview(*, slug: str, items: Sequence[ChecklistItem], user: User, as_of: date) -> Preview:
    """What asking these items instead of the present ones would change today.

    Three queries and those of the rights, whatever the number of pilots; the same pilots and the
    same score as when the version takes effect.
    """
    present = list(ChecklistItem.objects.filter(template__slug=slug, template__current=True))
    keys = {item.key for item in items}
    pilots = _concerned(slug, keys, user)
    asked = keys | {item.key for item in present}
    answers = _answers(pilots, asked)
    moves = []
    known: dict[str, tuple[list[ChecklistItem], list[ChecklistItem]]] = {}
    for pilot in pilots:
        facts = facts_of(pilot)
        mark = signature(facts)
        if mark not in known:
            known[mark] = (
                [item for item in present if applies(item, facts)],
                [item for item in items if applies(item, facts)],
            )
        old, new = known[mark]
        mine = answers.get(pilot.pk, {})
        before = score(old, mine, as_of) if present else None
        moves.append(Move(pilot, before, score(new, mine, as_of)))
    return _sorted(moves)


def _concerned(slug: str, keys: set[str], user: User) -> Any:
    scored = Assessment.objects.filter(pilot=OuterRef("pk"), checklist=slug)
    said = Answer.objects.open_interval().filter(pilot=OuterRef("pk"), key__in=keys)
    pilots = Pilot.objects.visible_to(user).filter(Q(Exists(scored)) | Q(Exists(said)))
    return (
        pilots.select_related("unit").only("pk", "name", "stage", "unit", *COLUMNS).order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class _Said:
    state: str
    backed: bool
    valid_until: date | None


def _answers(pilots: Any, keys: set[str]) -> dict[int, dict[str, _Said]]:
    """Open answers by pilot and key, with what a score needs."""
    rows = Answer.objects.open_interval().filter(
        pilot__in=pilots.order_by().values("pk"), key__in=keys
    )
    columns = rows.order_by("pilot").values_list("pilot", "key", "state", "backed", "valid_until")
    found: Iterator[Any] = columns.iterator(chunk_size=AT_ONCE)
    return {
        pilot: {key: _Said(*rest) for _, key, *rest in some}
        for pilot, some in groupby(found, key=lambda row: row[0])
    }


def _sorted(moves: Sequence[Move]) -> Preview:
    lowered = sorted((m for m in moves if m.way < 0), key=lambda m: (m.points, m.pilot.pk))
    raised = sorted((m for m in moves if m.way > 0), key=lambda m: (-m.points, m.pilot.pk))
    begun = [move for move in moves if move.before is None]
    same = len(moves) - len(lowered) - len(raised) - len(begun)
    return Preview(tuple(lowered), tuple(raised), tuple(begun), same)
