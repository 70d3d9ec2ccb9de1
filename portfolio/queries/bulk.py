"""What would happen if many pilots changed at once: who changes, who stays, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import Unit, User
from common import text
from portfolio.models import Pilot, PilotTag
from portfolio.models.stage import ENDED_STAGES

AT_ONCE = 500
KINDS = {
    "unit": "Move to a unit",
    "tag": "Add tags",
    "untag": "Take tags away",
    "hold": "Put on hold",
}


@dataclass(frozen=True)
class Change:
    """One change for many: `kind` is one of KINDS, with what it needs."""

    kind: str
    unit: Unit | None = None
    tags: tuple[str, ...] = ()
    until: date | None = None
    reason: str = ""

    @property
    def words(self) -> str:
        if self.kind == "unit":
            return f"move to {self.unit}"
        if self.kind == "hold":
            return f"be on hold until {self.until:%-d %B %Y}" if self.until else "be on hold"
        names = ", ".join(f"“{name}”" for name in self.tags)
        return f"get {names}" if self.kind == "tag" else f"lose {names}"

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for name in self.tags if (key := text.key(name)))


@dataclass(frozen=True, slots=True)
class Line:
    """A pilot with what it has now of what would change."""

    id: int
    ref: str
    name: str
    now: str


@dataclass(frozen=True)
class Preview:
    """`change` get it, `same` have it already, `ended` are over, `refused` are not yours to edit.

    `stalled` of those that change count as stalled today and would not while on hold.
    """

    change: tuple[Line, ...] = ()
    same: tuple[Line, ...] = ()
    ended: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    stalled: int = 0
    groups: tuple[tuple[str, tuple[Line, ...]], ...] = field(init=False)

    def __post_init__(self) -> None:
        groups = (
            ("You may not edit", self.refused), ("Ended", self.ended),
            ("Would change", self.change), ("Stay as they are", self.same),
        )  # fmt: skip
        object.__setattr__(self, "groups", groups)

    @property
    def ids(self) -> list[int]:
        return [line.id for _, lines in self.groups for line in lines]


def verdict(change: Change, row: Mapping[str, Any]) -> str:
    """What a change means for one pilot that may be edited: change, same or ended."""
    if change.kind == "unit":
        return "same" if change.unit and row["unit_id"] == change.unit.pk else "change"
    if change.kind == "tag":
        return "same" if change.keys <= set(row["keys"]) else "change"
    if change.kind == "untag":
        return "change" if change.keys & set(row["keys"]) else "same"
    if row["stage"] in ENDED_STAGES:
        return "ended"
    held = (row["on_hold_until"], row["hold_reason"]) == (change.until, change.reason)
    return "same" if held else "change"


def facts(ids: Sequence[int], user: User) -> tuple[list[dict[str, Any]], set[int]]:
    """The pilots among these that the person may see, and which they may edit; two queries."""
    seen = Pilot.objects.visible_to(user).filter(pk__in=ids)
    keys = PilotTag.objects.filter(pilot=OuterRef("pk")).order_by("tag__key")
    rows = seen.annotate(
        keys=ArraySubquery(keys.values("tag__key")), names=ArraySubquery(keys.values("tag__name"))
    ).values(
        "id", "name", "unit_id", "unit__path", "stage", "on_hold_until", "hold_reason", "keys",
        "names",
    )  # fmt: skip
    editable = set(seen.editable_by(user).values_list("pk", flat=True))
    found: list[Any] = list(rows.order_by("id"))
    return found, editable


def preview(ids: Sequence[int], change: Change, *, user: User, as_of: date) -> Preview:
    """Three queries at most; pilots that may not be seen do not exist here."""
    rows, editable = facts(ids, user)
    groups: dict[str, list[Line]] = {"change": [], "same": [], "ended": [], "refused": []}
    for row in rows:
        name = verdict(change, row) if row["id"] in editable else "refused"
        line = Line(row["id"], f"{Pilot.REF_PREFIX}{row['id']}", row["name"], _now(change, row))
        groups[name].append(line)
    moved = [line.id for line in groups["change"]]
    seen = Pilot.objects.visible_to(user).filter(pk__in=moved)
    stalled = seen.stalled(as_of).count() if change.kind == "hold" and moved else 0
    return Preview(**{n: tuple(lines) for n, lines in groups.items()}, stalled=stalled)


def _now(change: Change, row: Mapping[str, Any]) -> str:
    if change.kind == "unit":
        return str(row["unit__path"])
    if change.kind == "hold":
        until = row["on_hold_until"]
        return f"on hold until {until:%-d %B %Y}" if until else "not on hold"
    return ", ".join(row["names"]) or "no tags"
