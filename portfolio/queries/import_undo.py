"""What undoing an import would do: to each of its rows, decided in a constant number of queries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from accounts.access import roles_of
from accounts.models import User
from portfolio.models import Event, ImportRow, ImportRun, Pilot, StageInterval
from portfolio.transfer.columns import STAGE_DATES

VOYAGE = frozenset({"stage", *STAGE_DATES})
REMOVE, RESTORE, STAYS = "remove", "restore", "stays"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one row's pilot: removed, given back what it said before, or left as it
    is, and then `why`. `changes` are target to [before, after] of the import."""

    number: int
    pilot: int
    name: str
    does: str
    why: str
    changes: Mapping[str, Any]

    @property
    def ref(self) -> str:
        return f"{Pilot.REF_PREFIX}{self.pilot}"


@dataclass(frozen=True)
class Undoing:
    """`at` is the moment of the import's own events; None when it changed nothing."""

    fates: tuple[Fate, ...]
    at: datetime | None

    @property
    def counts(self) -> Counter[str]:
        return Counter(fate.does for fate in self.fates)

    @property
    def removed(self) -> list[int]:
        """Pilots that go."""
        return [fate.pilot for fate in self.fates if fate.does == REMOVE]

    @property
    def moving(self) -> list[int]:
        """Pilots that go back to the unit in which they were."""
        given = (fate for fate in self.fates if fate.does == RESTORE)
        return [fate.pilot for fate in given if "unit" in fate.changes]

    @property
    def staying(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.does == STAYS]


def undoing(run: ImportRun, by: User | None) -> Undoing:
    """Rows that created or updated a pilot which nobody touched since are undone; seven queries.

    Pilots where the person may not import stay. Those they may not see are not even counted.
    """
    rows = ImportRow.objects.filter(run=run, action__in=("created", "updated"))
    touched = list(
        rows.exclude(pilot=None).order_by("number")
        .values_list("number", "action", "pilot", "pilot__name", "pilot__removed_at", "changes")
    )  # fmt: skip
    ids = [row[2] for row in touched]
    at = _moment(run, ids)
    if at is None:
        return Undoing((), None)
    later = set(
        Event.objects.filter(pilot__in=ids, at__gt=at).values_list("pilot_id", flat=True).distinct()
    )
    seen, mine = _undoable(ids, by)
    told = _stages_without(ids, at)
    fates = []
    for number, action, pilot, name, removed, changes in touched:
        if pilot not in seen:
            continue
        why = ""
        if pilot not in mine:
            why = "you do not manage its unit"
        elif removed:
            why = "it was removed or merged since"
        elif pilot in later:
            why = "it was changed since"
        elif action == "updated" and VOYAGE & set(changes):
            before = changes["stage"][0] if "stage" in changes else None
            if pilot not in told or (before and told[pilot] != before):
                why = "its stage dates were told anew and cannot be told back"
        does = STAYS if why else REMOVE if action == "created" else RESTORE
        fates.append(Fate(number, pilot, name, does, why, changes))
    return Undoing(tuple(fates), at)


def _moment(run: ImportRun, ids: list[int]) -> datetime | None:
    """When the import wrote: all of its events have one moment."""
    events = Event.objects.filter(
        pilot__in=ids, at__gte=run.created_at, reason__startswith=f"Import of {run.file_name}, row"
    )
    if run.finished_at:
        events = events.filter(at__lte=run.finished_at)
    at: datetime | None = events.aggregate(at=Max("at"))["at"]
    return at


def _undoable(ids: list[int], by: User | None) -> tuple[set[int], set[int]]:
    """Those the person sees, and of these those where they may import: administrators everywhere,
    managers in their units."""
    if by is None:
        return set(ids), set(ids)
    seen = Pilot.everything.visible_to(by).filter(pk__in=ids)
    mine = seen if roles_of(by).is_administrator else seen.managed_by(by)
    return set(seen.values_list("pk", flat=True)), set(mine.values_list("pk", flat=True))


def _stages_without(ids: list[int], at: datetime) -> dict[int, str]:
    """The last stage of each pilot as it was before that moment."""
    rows = StageInterval.objects.filter(pilot__in=ids).exclude(recorded_at=at)
    return dict(rows.order_by("since_bound", "id").values_list("pilot_id", "stage"))
