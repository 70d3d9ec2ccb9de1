"""Units come and are renamed here only: path and lineage follow."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Unit
from common import text
from common.errors import Refused

SEPARATOR = " / "


@transaction.atomic
def ensure(*, name: str, parent: Unit | None = None) -> Unit:
    """The unit of that name below that parent, made when there is none."""
    name = text.clean(name)
    if not name:
        raise Refused("A unit needs a name.", field="unit")
    if len(name) > 200:
        raise Refused("The unit's name is longer than 200 characters.", field="unit")
    if parent:
        # Whoever moves the parent meanwhile is waited for, so that path and lineage are true.
        parent = Unit.objects.select_for_update(no_key=True).get(pk=parent.pk)
    unit, made = Unit.objects.get_or_create(
        parent=parent, name_key=text.key(name), defaults={"name": name}
    )
    if made:
        unit.path = f"{parent.path}{SEPARATOR}{name}" if parent else name
        unit.lineage = f"{parent.lineage if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path", "lineage"])
    return unit


@transaction.atomic
def ensure_paths(
    *, paths: Iterable[tuple[str, ...]]
) -> tuple[dict[tuple[str, ...], Unit], list[Unit]]:
    """The unit at the end of each path of names, and those that were made for it, or above it.

    A constant number of statements for each level of the tree, however many paths. The
    names must be clean; two that differ in case only are one unit.
    """
    wanted = {path: tuple(text.key(name) for name in path) for path in paths}
    spelled: dict[tuple[str, ...], str] = {}
    for path, keys in wanted.items():
        for depth in range(len(keys)):
            spelled.setdefault(keys[: depth + 1], path[depth])
    units, made = _by_keys(), []
    for depth in range(max(map(len, spelled), default=0)):
        new = [keys for keys in spelled if len(keys) == depth + 1 and keys not in units]
        made += _add_level(new, spelled, units)
    return {path: units[keys] for path, keys in wanted.items()}, made


def _by_keys() -> dict[tuple[str, ...], Unit]:
    """Every unit by the compared names from the root down."""
    rows = {unit.pk: unit for unit in Unit.objects.select_for_update(no_key=True).order_by("pk")}

    def keys(unit: Unit) -> tuple[str, ...]:
        above = keys(rows[unit.parent_id]) if unit.parent_id else ()
        return (*above, unit.name_key)

    return {keys(unit): unit for unit in rows.values()}


def _add_level(
    new: list[tuple[str, ...]],
    spelled: dict[tuple[str, ...], str],
    units: dict[tuple[str, ...], Unit],
) -> list[Unit]:
    """Add units whose parents are there; their ids are needed for the lineage."""
    made = Unit.objects.bulk_create(
        [Unit(name=spelled[keys], name_key=keys[-1], parent=units.get(keys[:-1])) for keys in new]
    )
    for keys, unit in zip(new, made, strict=True):
        above = units.get(keys[:-1])
        unit.path = f"{above.path}{SEPARATOR}{unit.name}" if above else unit.name
        unit.lineage = f"{above.lineage if above else '/'}{unit.pk}/"
        units[keys] = unit
    Unit.objects.bulk_update(made, ["path", "lineage"], batch_size=1000)
    return made
