"""Many pilots change at once, in one transaction, and can be changed back together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import Unit, User
from common import clock, text
from common.errors import Refused
from portfolio.actions import events, flags, tags
from portfolio.actions.pilots import check_unit, locked
from portfolio.models import Event, Pilot, PilotTag, Tag
from portfolio.queries.bulk import AT_ONCE, KINDS, Change, facts, verdict

UNDO_WITHIN = timedelta(minutes=10)
VERBS = {"unit": "pilot.edited", "tag": "pilot.tagged", "untag": "pilot.tagged",
         "hold": "pilot.held"}  # fmt: skip
UNDONE = "bulk.undone"
Said = tuple[dict[str, Any], dict[str, Any]]  # before and after of an event


@dataclass(frozen=True)
class Outcome:
    """References of pilots that changed, stayed as they were, have ended, or are not yours."""

    batch: str
    change: tuple[str, ...]
    same: tuple[str, ...]
    ended: tuple[str, ...]
    refused: tuple[str, ...]


@transaction.atomic
def apply(*, pilots: Sequence[int], change: Change, by: User, channel: str) -> Outcome:
    """Do the change to those of these pilots that `by` may edit; one event for each that changes.

    The others are left alone and named; those `by` may not see do not exist.
    """
    if len(pilots) > AT_ONCE:
        raise Refused(f"At most {AT_ONCE} pilots can be changed at once; narrow the choice.")
    change = checked(change, by)
    batch = str(uuid4())
    held = Pilot.objects.visible_to(by).filter(pk__in=pilots).order_by("pk")
    found = {pilot.pk: pilot for pilot in held.select_for_update(of=("self",))}
    rows, editable = facts(list(found), by)
    told: dict[str, list[int]] = {"change": [], "same": [], "ended": [], "refused": []}
    for row in rows:
        told[verdict(change, row) if row["id"] in editable else "refused"].append(row["id"])
    moved = [row for row in rows if row["id"] in set(told["change"])]
    _write(change, [found[row["id"]] for row in moved], moved, by, channel, batch)
    flags.sweep_pilots(pilots=told["change"])
    refs = {name: tuple(found[pk].ref for pk in ids) for name, ids in told.items()}
    return Outcome(batch, **refs)


def checked(change: Change, by: User) -> Change:
    """The change with clean texts, or what is wrong with it."""
    if change.kind not in KINDS:
        raise Refused("Choose what is to change.")
    if change.kind == "unit":
        if change.unit is None:
            raise Refused("Choose a unit.", field="unit")
        check_unit(by, change.unit)
    elif change.kind == "hold":
        reason = text.clean(change.reason, lines=True)
        if change.until is None or change.until <= clock.today():
            raise Refused("A hold ends on a day to come.", field="until")
        if not reason:
            raise Refused("Say why the pilots are on hold.", field="reason")
        return Change("hold", until=change.until, reason=reason)
    elif not change.keys:
        raise Refused("Name at least one tag.", field="tag")
    return change


def _write(
    change: Change, pilots: Sequence[Pilot], rows: Sequence[Mapping[str, Any]], by: User,
    channel: str, batch: str,
) -> None:  # fmt: skip
    """The rows, then an event for each; the statements do not grow with the number."""
    if not pilots:
        return
    if change.kind in ("tag", "untag"):
        said = _write_tags(change, rows, by)
    else:
        said = [_set(change, pilot, row) for pilot, row in zip(pilots, rows, strict=True)]
        fields = ["unit"] if change.kind == "unit" else ["on_hold_until", "hold_reason"]
        Pilot.objects.bulk_update(pilots, [*fields, "version"])
    Event.objects.bulk_create(
        Event(
            at=clock.now(), pilot=pilot, actor=by, verb=VERBS[change.kind], channel=channel,
            before=events.plain(before), after=events.plain({**after, "batch": batch}),
            reason=change.reason,
        )
        for pilot, (before, after) in zip(pilots, said, strict=True)
    )  # fmt: skip


def _set(change: Change, pilot: Pilot, row: Mapping[str, Any]) -> Said:
    pilot.version += 1
    if change.kind == "unit":
        assert change.unit is not None
        pilot.unit = change.unit
        before: dict[str, Any] = {"unit": {"id": row["unit_id"], "name": row["unit__path"]}}
        return before, {"unit": change.unit}
    before = {"on_hold_until": pilot.on_hold_until, "hold_reason": pilot.hold_reason}
    pilot.on_hold_until, pilot.hold_reason = change.until, change.reason
    return before, {"on_hold_until": change.until, "hold_reason": change.reason}


def _write_tags(change: Change, rows: Sequence[Mapping[str, Any]], by: User) -> list[Said]:
    wanted = (
        {tag.key: tag for tag in tags.named(change.tags, by=by)} if change.kind == "tag" else {}
    )
    ids = [row["id"] for row in rows]
    if change.kind == "untag":
        PilotTag.objects.filter(pilot__in=ids, tag__key__in=change.keys).delete()
    said = []
    links = []
    for row in rows:
        now = dict(zip(row["keys"], row["names"], strict=True))
        new = {key: tag for key, tag in wanted.items() if key not in now}
        gone = {} if change.kind == "tag" else {k: now[k] for k in change.keys if k in now}
        after = {k: n for k, n in now.items() if k not in gone}
        after |= {key: tag.name for key, tag in new.items()}
        if len(after) > tags.MOST:
            ref = f"{Pilot.REF_PREFIX}{row['id']}"
            raise Refused(f"{ref} would have more than {tags.MOST} tags.", field="tag")
        links += [PilotTag(pilot_id=row["id"], tag=tag) for tag in new.values()]
        said.append(({"tags": _names(now)}, {"tags": _names(after)}))
    PilotTag.objects.bulk_create(links)
    return said


def _names(known: Mapping[str, str]) -> str:
    return ", ".join(sorted(known.values(), key=str.casefold))


@transaction.atomic
def take_back(*, batch: str, by: User, channel: str) -> tuple[int, int]:
    """Undo one's own change of the last minutes: (taken back, left because changed since)."""
    done = Event.objects.filter(
        at__gte=clock.now() - UNDO_WITHIN, actor=by, after__batch=batch, verb__in=VERBS.values()
    )
    found = list(done.select_related("pilot").order_by("pilot_id"))
    if not found:
        raise Refused("There is nothing left to undo: it was more than ten minutes ago.")
    again = Event.objects.filter(actor=by, verb=UNDONE, after__batch=batch).exists()
    if again:
        raise Refused("That was taken back already.")
    taken = [event.pilot_id for event in found if _undone(event, by, channel)]
    flags.sweep_pilots(pilots=[pk for pk in taken if pk])
    return len(taken), len(found) - len(taken)


def _undone(event: Event, by: User, channel: str) -> bool:
    """True when the pilot is as the change left it, and now as it was before."""
    if event.pilot is None or event.pilot.removed_at:
        return False
    pilot = locked(event.pilot)
    before, after = dict(event.before), dict(event.after)
    batch = after.pop("batch")
    if "tags" in after:
        restored = _tags_restored(pilot, before["tags"], after["tags"])
    else:
        restored = _fields_restored(pilot, before, after)
    if restored:
        events.record(
            verb=UNDONE, by=by, channel=channel, pilot=pilot, before=after,
            after={**before, "batch": batch},
        )  # fmt: skip
    return restored


def _fields_restored(pilot: Pilot, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    now = events.plain({name: getattr(pilot, name) for name in after})
    if {n: _bare(v) for n, v in now.items()} != {n: _bare(v) for n, v in after.items()}:
        return False
    if "unit" in before:
        unit = Unit.objects.filter(pk=before["unit"]["id"]).first()
        if unit is None:
            return False
        pilot.unit = unit
    else:
        until = before["on_hold_until"]
        pilot.on_hold_until = date.fromisoformat(until) if until else None
        pilot.hold_reason = before["hold_reason"]
    pilot.version += 1
    pilot.save(update_fields=[*before, "version"])
    return True


def _bare(value: Any) -> Any:
    """A row is the same row when it was renamed in between."""
    return value["id"] if isinstance(value, dict) else value


def _tags_restored(pilot: Pilot, before: str, after: str) -> bool:
    was, then = _split(before), _split(after)
    now = dict(pilot.tagged.values_list("tag__key", "tag__name"))
    added, taken = then.keys() - was.keys(), was.keys() - then.keys()
    if not added <= now.keys() or taken & now.keys():
        return False
    PilotTag.objects.filter(pilot=pilot, tag__key__in=added).delete()
    back: Iterable[Tag] = tags.named((was[key] for key in taken), by=None)
    PilotTag.objects.bulk_create(PilotTag(pilot=pilot, tag=tag) for tag in back)
    return True


def _split(said: str) -> dict[str, str]:
    return {text.key(name): name for name in said.split(", ") if name}
