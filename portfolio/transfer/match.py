"""Which row of a file is which pilot: by reference, external id, else key and occurrence."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portfolio.transfer.drafts import Draft


@dataclass(frozen=True)
class Existing:
    """A pilot as it is, and what the last import wrote to it (None: it was never imported).

    `current` has the same plain form as a draft's cells. `may_change` is false for what
    the importing person may not change. `gone` is "" or says what became of a pilot that is
    not there any more, such as "removed".
    """

    id: int
    key: str
    external_id: str
    current: dict[str, Any]
    imported: dict[str, Any] | None = None
    hash: str = ""
    imported_on: date | None = None
    registered_on: date | None = None
    may_change: bool = True
    gone: str = ""

    @property
    def ref(self) -> str:
        return f"PIL-{self.id}"


@dataclass
class Matches:
    """Pilot by row number; rows without one are new, unless `failed` says why not."""

    pilots: dict[int, Existing] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


def match(drafts: Iterable[Draft], existing: Iterable[Existing]) -> Matches:
    """Assign each draft at most one pilot, and each pilot at most one draft."""
    rows, pilots = list(drafts), list(existing)
    found = Matches()
    taken: set[int] = set()
    _by_own_id(rows, pilots, found, taken)
    groups: dict[str, list[Draft]] = defaultdict(list)
    for draft in rows:
        if draft.row not in found.pilots and draft.row not in found.failed:
            groups[draft.key].append(draft)
    candidates = _candidates(pilots, taken)
    for key, group in groups.items():
        _by_key(group, candidates.get(key, []), found)
    return found


def _by_own_id(rows: list[Draft], pilots: list[Existing], found: Matches, taken: set[int]) -> None:
    """Rows that name their pilot; a name used twice serves the first row only."""
    by_ref = {p.ref: p for p in pilots}
    by_external = {p.external_id: p for p in pilots if p.external_id}
    seen: dict[str, int] = {}
    for draft in rows:
        external = draft.cells.get("external_id")
        pilot = by_ref.get(draft.cells.get("ref", "")) or by_external.get(external or "")
        if external and external in seen:
            found.failed[draft.row] = f"row {seen[external]} has the same external id"
        elif pilot and pilot.id in taken:
            found.failed[draft.row] = "an earlier row is about the same pilot already"
        elif pilot:
            found.pilots[draft.row] = pilot
            taken.add(pilot.id)
        if external:
            seen.setdefault(external, draft.row)


def _candidates(pilots: list[Existing], taken: set[int]) -> dict[str, list[Existing]]:
    """Free pilots by key; those made by imports go before those made by hand."""
    imported: dict[str, list[Existing]] = defaultdict(list)
    by_hand: dict[str, list[Existing]] = defaultdict(list)
    for pilot in sorted(pilots, key=lambda p: p.id):
        if pilot.id not in taken:
            (by_hand if pilot.imported is None else imported)[pilot.key].append(pilot)
    return by_hand | imported


def _by_key(group: list[Draft], candidates: list[Existing], found: Matches) -> None:
    # A row with an external id is another pilot than one that has a different id.
    own = [d for d in group if d.cells.get("external_id")]
    if own:
        free = [p for p in candidates if not p.external_id]
        if len(free) == len(own):
            _pair(own, free, found)
            candidates = []
    plain = [d for d in group if not d.cells.get("external_id")]
    if not plain or not candidates:
        return
    there = [p for p in candidates if not p.gone]
    if len(there) == len(plain):  # Removed ones are asked only when they explain the number.
        candidates = there
    if len(plain) != len(candidates):
        for draft in plain:
            found.failed[draft.row] = (
                f"{len(plain)} {'row has' if len(plain) == 1 else 'rows have'} this unit and name, "
                "but not as many pilots do, so it is not certain which is which: add an external id"
            )
        return
    _pair(plain, candidates, found)


def _pair(rows: list[Draft], pilots: list[Existing], found: Matches) -> None:
    """Equal rows first, the others by their order."""
    waiting: dict[str, list[Existing]] = defaultdict(list)
    for pilot in pilots:
        waiting[pilot.hash].append(pilot)
    rest = []
    for draft in rows:
        if waiting[draft.hash]:
            found.pilots[draft.row] = waiting[draft.hash].pop(0)
        else:
            rest.append(draft)
    left = sorted((p for ps in waiting.values() for p in ps), key=lambda p: p.id)
    for draft, pilot in zip(rest, left, strict=False):
        found.pilots[draft.row] = pilot
