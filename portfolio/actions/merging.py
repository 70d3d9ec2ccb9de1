"""Two pilots that are one become one, and are taken apart again."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import may_manage
from portfolio.actions import events, flags
from portfolio.actions.removals import snooze_again
from portfolio.merge_rules import merge_rules
from portfolio.models import (
    Dependency,
    Merge,
    Metric,
    Pilot,
    RoleAssignment,
    RoleKind,
    Rollout,
    Update,
)
from portfolio.queries.merging import FIELDS, compare, hanging_on, rule_of

Moved = list[dict[str, Any]]
SAID = ("health", "last_update_on")  # repeated from the last update


@dataclass(frozen=True)
class Choice:
    """What a person chose: the fields and whether the owner come from the merged pilot, and
    whether the result is restricted (None: both are alike)."""

    take: frozenset[str] = frozenset()
    take_owner: bool = False
    restricted: bool | None = None


@transaction.atomic
def merge(
    *, survivor: Pilot, merged: Pilot, by: User, channel: str, reason: str,
    choice: Choice | None = None, versions: tuple[int, int] | None = None,
) -> Merge:  # fmt: skip
    """Move what hangs on `merged` to `survivor`, which fills what it does not know. The merged
    pilot's address leads to the survivor. `versions` are those the comparison showed."""
    choice = choice or Choice()
    survivor, merged = _both(survivor, merged, by)
    if versions is not None and versions != (survivor.version, merged.version):
        raise Conflict("One of the two was changed while you were comparing; look again.")
    reason = text.clean(reason, lines=True)
    if not reason:
        raise Refused("Say why the two are one.", field="reason")
    if survivor.restricted != merged.restricted and choice.restricted is None:
        raise Refused("One of the two is restricted. Say what the result is.", field="restricted")
    record = Merge(survivor=survivor, merged=merged, at=clock.now(), by=by, reason=reason)
    _fill(survivor, merged, choice, record)
    record.moved = _owner(survivor, merged, choice) + _move_all(survivor, merged)
    merged.removed_at, merged.merged_into = clock.now(), survivor
    merged.version += 1
    merged.save()
    said = {name: getattr(survivor, name) for name in SAID}
    _recount(survivor)
    record.fields |= {
        name: list(events.plain({"before": said[name], "after": getattr(survivor, name)}).values())
        for name in SAID
        if said[name] != getattr(survivor, name)
    }
    survivor.version += 1
    survivor.save()
    record.save()
    events.record(
        verb="pilot.absorbed", by=by, channel=channel, pilot=survivor, reason=reason,
        before={name: pair[0] for name, pair in record.fields.items()},
        after={"pilot": merged, **{name: pair[1] for name, pair in record.fields.items()}},
    )  # fmt: skip
    events.record(
        verb="pilot.merged", by=by, channel=channel, pilot=merged, after={"pilot": survivor},
        reason=reason,
    )  # fmt: skip
    _settle(survivor, merged)
    return record


def _both(survivor: Pilot, merged: Pilot, by: User) -> tuple[Pilot, Pilot]:
    """The two as they are now, locked in one order, so that two merges never wait crosswise."""
    if survivor.pk == merged.pk:
        raise Refused("A pilot is not merged with itself.", field="with")
    rows = Pilot.objects.select_for_update(of=("self",)).select_related("unit")
    found = {row.pk: row for row in rows.filter(pk__in=(survivor.pk, merged.pk)).order_by("pk")}
    if len(found) < 2:
        raise Conflict("One of the two was removed or merged in the meantime.")
    for pilot in found.values():
        if not may_manage(by, pilot):
            raise NotAllowed(f"Only a portfolio manager of {pilot.unit} merges {pilot.ref}.")
    return found[survivor.pk], found[merged.pk]


def _fill(survivor: Pilot, merged: Pilot, choice: Choice, record: Merge) -> None:
    """Chosen fields come over; unknown ones are filled without a question."""
    if choice.take - set(FIELDS):
        raise Refused("That is not a field one can choose.")
    before, after = {}, {}
    for one in compare(survivor, merged):
        if one.state == "right" or (one.state == "differs" and one.name in choice.take):
            before[one.name], after[one.name] = (
                getattr(survivor, one.name),
                getattr(merged, one.name),
            )
    if choice.restricted is not None and choice.restricted != survivor.restricted:
        before["restricted"], after["restricted"] = survivor.restricted, choice.restricted
    if "external_id" in after:  # The number in another list names one pilot only.
        record.gave = {"external_id": [merged.external_id, ""]}
        Pilot.objects.filter(pk=merged.pk).update(external_id="")
        merged.external_id = ""
    for name, value in after.items():
        setattr(survivor, name, value)
    survivor.name_key = text.key(survivor.name)
    old, new = events.plain(before), events.plain(after)
    record.fields = {name: [old[name], new[name]] for name in new}


def _owner(survivor: Pilot, merged: Pilot, choice: Choice) -> Moved:
    """End the survivor's owner when the other one was chosen."""
    held = survivor.people.filter(role=RoleKind.OWNER, until=None).first()
    theirs = merged.people.filter(role=RoleKind.OWNER, until=None).exists()
    if not (choice.take_owner and held and theirs):
        return []
    held.until = clock.today()
    held.save(update_fields=["until"])
    return [_told(held, {"until": None}, {"until": held.until})]


def _told(row: models.Model, was: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    changed = {"was": events.plain(was), "now": events.plain(now)}
    return {"model": row._meta.label_lower, "pk": row.pk, **changed}


def _move_all(survivor: Pilot, merged: Pilot) -> Moved:
    moved: Moved = []
    for model, key in hanging_on():
        rule = rule_of(model)
        if rule.stays:
            continue
        taken: set[tuple[Any, ...]] = set()
        if rule.once_per:
            mine = model._base_manager.filter(**{key: survivor.pk}, **dict(rule.among))
            taken = set(mine.values_list(*rule.once_per))
        for row in model._base_manager.filter(**{key: merged.pk}).order_by("pk"):
            values = tuple(_column(row, name) for name in rule.once_per)
            concerned = all(getattr(row, name) == value for name, value in rule.among)
            if not (concerned and values in taken):
                moved += _move(row, key, survivor, merged)
    return moved


def _column(row: models.Model, name: str) -> Any:
    return getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]


def _move(row: models.Model, key: str, survivor: Pilot, merged: Pilot) -> Moved:
    """As it is; else changed so that it fits; else it stays. The database says what fits."""
    for change in (_own_name(row, survivor, merged), _made_fit(row, survivor, merged)):
        if change is None:
            return []
        was = {name: getattr(row, name) for name in change}
        rows = type(row)._base_manager.filter(pk=row.pk)
        try:
            with transaction.atomic():
                rows.update(**{key: survivor.pk}, **change)
        except IntegrityError:
            continue
        own_key = row._meta.get_field(key).primary_key  # type: ignore[union-attr]
        told = _told(row, {key: merged.pk, **was}, {key: survivor.pk, **change})
        return [{**told, "pk": survivor.pk if own_key else row.pk}]
    return []


def _own_name(row: models.Model, survivor: Pilot, merged: Pilot) -> dict[str, Any]:
    """A second open system of a name says whose it was: two of one name cannot be edited."""
    if not isinstance(row, Dependency) or row.until:
        return {}
    taken = survivor.dependencies.filter(name__iexact=row.name, until=None).exists()
    return {"name": f"{row.name[:180]} ({merged.ref})"} if taken else {}


def _made_fit(row: models.Model, survivor: Pilot, merged: Pilot) -> dict[str, Any] | None:
    """A second holder's role and a second open rollout end today; a second metric of a name
    says whose it was."""
    if isinstance(row, Rollout):
        return {"until": max(clock.today(), row.since)}
    if isinstance(row, RoleAssignment) and row.until is None:
        same = survivor.people.filter(role=row.role, person=row.person_id, until=None)
        return None if same.exists() else {"until": max(clock.today(), row.since)}
    if isinstance(row, Metric):
        return {"name": f"{row.name[:180]} ({merged.ref})"}
    return None


def _recount(pilot: Pilot) -> bool:
    """Health and the day of the last update, by the updates it has now; False when it has none."""
    latest = Update.objects.filter(pilot=pilot, taken_back_at=None).order_by("-posted_at").first()
    if latest:
        pilot.health, pilot.last_update_on = latest.health, latest.on
    return latest is not None


def _settle(survivor: Pilot, merged: Pilot) -> None:
    both = (survivor.pk, merged.pk)
    for rule in merge_rules.values():
        if rule.after:
            rule.after(both)
    flags.sweep_pilots(pilots=both)


@transaction.atomic
def take_apart(*, merged: Pilot, by: User, channel: str) -> int:
    """Undo a merge: everything goes back, except what was changed since. Returns how many rows
    and fields stay where they are."""
    rows = Merge.objects.select_for_update(of=("self",)).filter(merged=merged, undone_at=None)
    record = rows.first()
    if record is None:
        raise Conflict(f"{merged.ref} is no part of another pilot any more.")
    ids = (record.survivor_id, record.merged_id)
    locked = Pilot.everything.select_for_update(of=("self",)).select_related("unit")
    both = {row.pk: row for row in locked.filter(pk__in=ids).order_by("pk")}
    survivor, merged = both[record.survivor_id], both[record.merged_id]
    for pilot in (survivor, merged):
        if not may_manage(by, pilot):
            raise NotAllowed(f"Only a portfolio manager of {pilot.unit} takes this apart.")
    if survivor.removed_at:
        raise Refused(f"{survivor.ref} is removed or merged itself; take it back first.")
    left = sum(not _move_back(told) for told in reversed(record.moved))
    said = {name: pair for name, pair in record.fields.items() if name in SAID}
    left += _give_back(survivor, {n: p for n, p in record.fields.items() if n not in SAID})
    if not _recount(survivor):
        _give_back(survivor, said)
    gone_since = merged.removed_at or record.at
    _give_back(merged, record.gave)
    _recount(merged)
    merged.removed_at = merged.merged_into = None
    for pilot in (survivor, merged):
        pilot.version += 1
        pilot.save()
        events.record(verb="merge.undone", by=by, channel=channel, pilot=pilot)
    record.undone_at = clock.now()
    record.save(update_fields=["undone_at"])
    _settle(survivor, merged)
    snooze_again(merged, since=gone_since)
    return left


def _move_back(told: dict[str, Any]) -> bool:
    """Put one row back, if it is still as the merge left it."""
    model: Any = next((m for m, _ in hanging_on() if m._meta.label_lower == told["model"]), None)
    if model is None:
        return False
    row = model._base_manager.filter(pk=told["pk"]).first()
    if row is None or events.plain({n: _column(row, n) for n in told["now"]}) != told["now"]:
        return False
    try:
        with transaction.atomic():
            rows = model._base_manager.filter(pk=row.pk)
            rows.update(**{_attname(model, name): value for name, value in told["was"].items()})
    except IntegrityError:
        return False
    return True


def _attname(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]


def _give_back(pilot: Pilot, fields: dict[str, list[Any]]) -> int:
    """Set fields to what they were, unless they were changed since; how many were."""
    left = 0
    for name, (before, after) in fields.items():
        if events.plain({name: getattr(pilot, name)})[name] != after:
            left += 1
            continue
        field = Pilot._meta.get_field(name)
        value = before["id"] if isinstance(before, dict) else before
        setattr(pilot, field.attname, field.to_python(value))  # type: ignore[union-attr]
    pilot.name_key = text.key(pilot.name)
    return left


def known(names: Collection[str]) -> frozenset[str]:
    """Those of the names that are fields one can choose."""
    return frozenset(names) & frozenset(FIELDS)
