"""What would become of the units that an import made, if it were taken back."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import DO_NOTHING, ManyToOneRel

from accounts.models import Unit
from portfolio.models import ImportRun, Pilot

GONE, ASIDE, STAYS = "unit gone", "unit set aside", "unit stays"


@dataclass(frozen=True, slots=True)
class UnitFate:
    """Gone: nothing refers to it. Set aside: only removed pilots do, which can be taken back. It
    stays for anything else, and is not told for what: that might be a pilot
    which the reader may not see."""

    unit: Unit
    does: str


def unit_fates(
    run: ImportRun, *, removed: Collection[int], moving: Collection[int] = ()
) -> list[UnitFate]:
    """The deepest unit first. `removed` are pilots that go with the import, `moving` those that it
    gives back to another unit. A constant number of statements."""
    left = {int(pk): version for pk, version in run.units.items()}
    units = list(Unit.objects.filter(pk__in=left))
    ids = [unit.pk for unit in units]
    children, used = _used(ids)
    pilots = _pilots(ids, gone=set(removed), away=set(moving))
    fates: dict[int, UnitFate] = {}
    for unit in sorted(units, key=lambda one: -one.lineage.count("/")):
        below = [fates[pk].does if pk in fates else STAYS for pk in children[unit.pk]]
        touched = unit.version != left[unit.pk] or unit.retired_on is not None
        does = GONE
        if touched or unit.pk in used or STAYS in (*below, *pilots[unit.pk]):
            does = STAYS
        elif ASIDE in (*below, *pilots[unit.pk]):
            does = ASIDE
        fates[unit.pk] = UnitFate(unit, does)
    return list(fates.values())


def _pilots(ids: Collection[int], *, gone: set[int], away: set[int]) -> dict[int, set[str]]:
    """By unit whether pilots keep it in use, or only removed ones refer to it; seen or not."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Pilot.everything.filter(unit__in=ids).exclude(pk__in=away)
    for pk, unit, removed_at in rows.values_list("pk", "unit_id", "removed_at").iterator():
        found[unit].add(ASIDE if removed_at or pk in gone else STAYS)
    return found


def _used(ids: Collection[int]) -> tuple[dict[int, list[int]], set[int]]:
    """The units below each, and those to which anything but pilots and units belongs: roles of
    any time, boards, whatever refers to units one day."""
    children: dict[int, list[int]] = defaultdict(list)
    used: set[int] = set()
    for relation in Unit._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.on_delete is DO_NOTHING:
            continue  # A field of the unit; events, which outlive what they tell about.
        name, model = relation.field.name, relation.related_model
        rows = model._base_manager.filter(**{f"{name}__in": ids})
        if model is Unit:
            for pk, unit in rows.values_list("pk", f"{name}_id"):
                children[unit].append(pk)
        elif model is not Pilot:
            used |= set(rows.values_list(f"{name}_id", flat=True))
    return children, used
