"""The units an import makes, and what becomes of them when it is taken back."""

from collections import Counter
from collections.abc import Collection, Iterable

from accounts.actions import unit_traces
from accounts.actions.units import ensure_paths
from accounts.models import Unit, User
from portfolio.models import ImportRun
from portfolio.queries.import_units import ASIDE, GONE, STAYS, UnitFate, unit_fates


def ensure(
    *, run: ImportRun, paths: Iterable[tuple[str, ...]], by: User | None, channel: str
) -> dict[tuple[str, ...], Unit]:
    """The units that a list names; the run remembers which of them it made.

    Those that the undoing of another import set aside come into use again, and are this one's.
    """
    places, made = ensure_paths(paths=paths)
    woken = wake(units=places.values(), by=by, channel=channel, reason=f"Import of {run.file_name}")
    found = {unit.pk: unit.version for unit in made} | woken
    # Saved when all is written: until then another connection tells the progress in this row.
    run.units = {str(pk): version for pk, version in found.items()}
    return places


def wake(
    *, units: Iterable[Unit], by: User | None, channel: str, reason: str
) -> dict[int, int]:  # fmt: skip
    """Take up those of the units, and of those above them, that the undoing of an import set aside
    and nobody changed since; returns their new versions. One query when there is none."""
    ids = {int(pk) for unit in units for pk in unit.lineage.split("/") if pk}
    asleep = list(Unit.objects.filter(pk__in=ids, retired_on__isnull=False)) if ids else []
    if not asleep:
        return {}
    undone = ImportRun.objects.filter(undone_at__isnull=False).exclude(units={})
    rows = undone.order_by("undone_at").values_list("units", flat=True)
    left = {int(pk): version for units in rows for pk, version in units.items()}
    asleep = [unit for unit in asleep if left.get(unit.pk) == unit.version]
    unit_traces.take_up(units=asleep, by=by, channel=channel, reason=reason)
    return {unit.pk: unit.version + 1 for unit in asleep}


def take_back(
    *, run: ImportRun, by: User | None, channel: str, removed: Collection[int]
) -> Counter[str]:
    """Remove or set aside what the run made and nobody uses. `removed` are the pilots that go with
    it. Returns how many units went, were set aside, and stay."""
    if not run.units:
        return Counter()
    unit_traces.held([int(pk) for pk in run.units])
    fates = unit_fates(run, removed=removed)
    why = f"The import of {run.file_name} was undone"
    gone, aside = _of(fates, GONE), _of(fates, ASIDE)
    unit_traces.drop(units=gone, by=by, channel=channel, reason=why)
    unit_traces.set_aside(units=aside, by=by, channel=channel, reason=why)
    run.units = {str(unit.pk): unit.version + 1 for unit in aside}
    run.save(update_fields=["units"])
    return Counter({GONE: len(gone), ASIDE: len(aside), STAYS: len(_of(fates, STAYS))})


def _of(fates: Iterable[UnitFate], does: str) -> list[Unit]:
    return [one.unit for one in fates if one.does == does]
