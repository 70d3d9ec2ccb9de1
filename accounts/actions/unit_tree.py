"""Administrators change the tree of units: add, rename, move, merge, retire.

A move rewrites the way of everything below in one statement. Pilots stay where they are: access,
filters and counts follow the unit.
"""

from typing import Any

from django.db import transaction
from django.db.models import Max, Value
from django.db.models.functions import Concat, Length, Substr

from accounts.access import require_units
from accounts.actions import events
from accounts.actions.roles import close, grant
from accounts.actions.units import SEPARATOR, ensure
from accounts.models import Membership, Unit, User
from common import clock, text
from common.errors import Conflict, Refused

NEWER = "Somebody else changed this unit while you were changing it."
LONGEST = {"lineage": 255, "path": 1000}


@transaction.atomic
def create(*, name: str, parent: Unit | None, by: User, channel: str) -> Unit:
    """A new unit; Refused when there is one of that name at that place."""
    require_units(by)
    parent = Unit.objects.get(pk=parent.pk) if parent else None
    _check_name(name, parent)
    if parent and parent.retired_on:
        raise Refused(f"{parent} was retired.", field="parent")
    unit = ensure(name=name, parent=parent)
    events.record(verb="unit.added", by=by, channel=channel, unit=unit, after={"path": unit.path})
    return unit


@transaction.atomic
def rename(*, unit: Unit, name: str, version: int, by: User, channel: str) -> Unit:
    """Another name; the paths of everything below follow."""
    unit = _locked(unit, by)
    if version != unit.version:
        raise Conflict(NEWER)
    name = text.clean(name)
    if name == unit.name:
        return unit
    _check_name(name, unit.parent, but=unit)
    before = unit.name
    unit.name, unit.name_key = name, text.key(name)
    unit.version += 1
    unit.save(update_fields=["name", "name_key", "version"])
    _rewrite(unit, unit.parent)
    events.record(
        verb="unit.renamed", by=by, channel=channel, unit=unit,
        before={"name": before}, after={"name": name},
    )  # fmt: skip
    return unit


@transaction.atomic
def move(*, unit: Unit, parent: Unit | None, by: User, channel: str) -> Unit:
    """Put the unit, with everything below, under another one or at the top."""
    unit = _locked(unit, by)
    parent = Unit.objects.get(pk=parent.pk) if parent else None
    check_place(unit, parent)
    before = unit.parent
    if before == parent:
        return unit
    unit.parent = parent
    unit.version += 1
    unit.save(update_fields=["parent", "version"])
    _rewrite(unit, parent)
    events.record(
        verb="unit.moved", by=by, channel=channel, unit=unit,
        before={"parent": before}, after={"parent": parent},
    )  # fmt: skip
    return unit


def check_place(unit: Unit, parent: Unit | None) -> None:
    """Refused where the unit cannot stand."""
    if parent and parent.lineage.startswith(unit.lineage):
        raise Refused("A unit cannot stand below itself.", field="parent")
    if parent and parent.retired_on:
        raise Refused(f"{parent} was retired.", field="parent")
    _check_name(unit.name, parent, but=unit, field="parent")


@transaction.atomic
def retire(*, unit: Unit, by: User, channel: str) -> Unit:
    """Nothing new belongs to it from today. It keeps what it has, and its name."""
    unit = _locked(unit, by)
    if unit.children.filter(retired_on=None).exists():
        raise Refused(f"{unit} has units below it. Move, merge or retire them first.")
    if unit.retired_on is None:
        _set_retired(unit, by, channel, "unit.retired", clock.today())
    return unit


@transaction.atomic
def reopen(*, unit: Unit, by: User, channel: str) -> Unit:
    """In use again."""
    unit = _locked(unit, by)
    if unit.parent and unit.parent.retired_on:
        raise Refused(f"{unit.parent} above it was retired. Reopen that first.")
    if unit.retired_on is not None:
        _set_retired(unit, by, channel, "unit.reopened", None)
    return unit


@transaction.atomic
def merge(*, unit: Unit, into: Unit, by: User, channel: str) -> Unit:
    """Move what is below an empty unit, and the roles limited to it, into another; retire it."""
    unit = _locked(unit, by)
    into = Unit.objects.get(pk=into.pk)
    if into.lineage.startswith(unit.lineage):
        raise Refused("A unit cannot be merged into itself or what is below it.", field="into")
    for child in unit.children.order_by("pk"):
        move(unit=child, parent=into, by=by, channel=channel)
    held = Membership.objects.current().filter(unit=unit).select_related("user", "unit")
    for membership in held:
        close(membership=membership, by=by, channel=channel)
        grant(user=membership.user, role=membership.role, unit=into, by=by, channel=channel)
    events.record(verb="unit.merged", by=by, channel=channel, unit=unit, after={"into": into})
    return retire(unit=unit, by=by, channel=channel)


def _set_retired(unit: Unit, by: User, channel: str, verb: str, day: Any) -> None:
    before, unit.retired_on = unit.retired_on, day
    unit.version += 1
    unit.save(update_fields=["retired_on", "version"])
    events.record(
        verb=verb, by=by, channel=channel, unit=unit,
        before={"retired_on": before}, after={"retired_on": day},
    )  # fmt: skip


def _locked(unit: Unit, by: User) -> Unit:
    """The unit as it is now. The whole tree is held, so that two moves cannot make a ring."""
    require_units(by)
    tree = Unit.objects.select_for_update(no_key=True).order_by("pk")
    rows = {row.pk: row for row in tree}
    if unit.pk not in rows:
        raise Conflict("The unit is not there any more.")
    found = rows[unit.pk]
    if found.parent_id:
        found.parent = rows[found.parent_id]
    return found


def _rewrite(unit: Unit, parent: Unit | None) -> None:
    """Lineage and path of the unit and everything below it; one statement."""
    lineage = f"{parent.lineage if parent else '/'}{unit.pk}/"
    path = f"{parent.path}{SEPARATOR}{unit.name}" if parent else unit.name
    below = Unit.objects.below(unit.lineage)
    new = {"lineage": (lineage, unit.lineage), "path": (path, unit.path)}
    longest = below.aggregate(lineage=Max(Length("lineage")), path=Max(Length("path")))
    for field, (now, old) in new.items():
        if longest[field] - len(old) + len(now) > LONGEST[field]:
            raise Refused("The names from the top down would be too long together.")
    below.update(
        **{
            field: Concat(Value(now), Substr(field, len(old) + 1))
            for field, (now, old) in new.items()
        }
    )
    unit.refresh_from_db()


def _check_name(
    name: str, parent: Unit | None, *, but: Unit | None = None, field: str = "name"
) -> None:
    key = text.key(name)
    if not key:
        raise Refused("A unit needs a name.", field=field)
    if len(text.clean(name)) > 200:
        raise Refused("A name has at most 200 characters.", field=field)
    others = Unit.objects.filter(parent=parent, name_key=key)
    if (others.exclude(pk=but.pk) if but else others).exists():
        where = f"in {parent}" if parent else "at the top"
        raise Refused(f"There is already a unit “{text.clean(name)}” {where}.", field=field)
