"""Tags on pilots, and one tag for what had two names."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from accounts.access import roles_of
from accounts.models import User
from common import text
from common.errors import NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events
from portfolio.actions.pilots import locked
from portfolio.models import Pilot, PilotTag, Tag

MOST = 30  # tags of one pilot
LONGEST = 60  # characters
CHANGED = "pilot.tagged"


@transaction.atomic
def change(
    *, pilot: Pilot, by: User, channel: str, add: Iterable[str] = (), remove: Iterable[str] = (),
    batch: str = "",
) -> bool:  # fmt: skip
    """Give and take tags by name; False when nothing changed. `batch` marks what was done
    together with others."""
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the tags of {pilot.ref}.")
    wanted = named(add, by=by)
    return put(
        pilot=pilot, by=by, channel=channel, add=wanted, remove={text.key(n) for n in remove},
        batch=batch,
    )  # fmt: skip


def named(names: Iterable[str], *, by: User | None) -> list[Tag]:
    """The tags of these names, made where there is none. Call it in the transaction of a change.

    A tag that `by` sees nowhere is new to them: it is spelled as they typed it, so that nobody
    learns from its spelling that a hidden pilot carries it. Without `by` spellings stay.
    """
    wanted: dict[str, str] = {}
    for name in names:
        if text.key(name):
            wanted.setdefault(text.key(name), _name(name))
    there = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
    new = [Tag(key=key, name=name) for key, name in wanted.items() if key not in there]
    if new:
        Tag.objects.bulk_create(new, ignore_conflicts=True)  # Somebody may make it just now.
        there = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
    if by is not None:
        _spell_anew([tag for tag in there.values() if tag.name != wanted[tag.key]], wanted, by)
    return [there[key] for key in wanted]


def _spell_anew(tags: Sequence[Tag], wanted: Mapping[str, str], by: User) -> None:
    if not tags:
        return
    shown = PilotTag.objects.filter(tag__in=tags, pilot__in=Pilot.objects.visible_to(by))
    seen = set(shown.values_list("tag", flat=True))
    for tag in tags:
        if tag.pk not in seen:
            tag.name = wanted[tag.key]
            tag.save(update_fields=["name"])


def put(
    *, pilot: Pilot, by: User, channel: str, add: Sequence[Tag], remove: Iterable[str],
    batch: str = "", verb: str = CHANGED,
) -> bool:  # fmt: skip
    """Change the tags of a pilot whose row is locked and whose rights are checked."""
    now = dict(pilot.tagged.values_list("tag__key", "tag__name"))
    gone = {key for key in remove if key in now} - {tag.key for tag in add}
    new = [tag for tag in add if tag.key not in now]
    if not new and not gone:
        return False
    if len(now) + len(new) - len(gone) > MOST:
        raise Refused(f"A pilot has at most {MOST} tags.", field="tag")
    PilotTag.objects.filter(pilot=pilot, tag__key__in=gone).delete()
    PilotTag.objects.bulk_create(PilotTag(pilot=pilot, tag=tag) for tag in new)
    after = {k: n for k, n in now.items() if k not in gone} | {tag.key: tag.name for tag in new}
    events.record(
        verb=verb, by=by, channel=channel, pilot=pilot, before={"tags": _said(now)},
        after={"tags": _said(after), **({"batch": batch} if batch else {})},
    )  # fmt: skip
    return True


def _said(tags: Mapping[str, str]) -> str:
    return ", ".join(sorted(tags.values(), key=str.casefold))


@transaction.atomic
def rename(*, tag: Tag, by: User, channel: str, name: str) -> Tag:
    """Call a tag otherwise; when another tag has that name, the two become one."""
    _manager(by)
    name = _name(name)
    key = text.key(name)
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    other = Tag.objects.select_for_update().filter(key=key).exclude(pk=tag.pk).first()
    before = {"tag": tag.name}
    if other:
        _move(tag, other)
        tag.delete()
    elif tag.name == name:
        return tag
    else:
        tag.name, tag.key = name, key
        tag.save()
    verb = "tag.merged" if other else "tag.renamed"
    events.record(verb=verb, by=by, channel=channel, before=before, after={"tag": name})
    return other or tag


def _move(tag: Tag, other: Tag) -> None:
    """Whatever carries the one carries the other instead; who carries both keeps one."""
    both = PilotTag.objects.filter(tag=other).values("pilot")
    PilotTag.objects.filter(tag=tag, pilot__in=both).delete()
    PilotTag.objects.filter(tag=tag).update(tag=other)


@transaction.atomic
def delete(*, tag: Tag, by: User, channel: str) -> None:
    """Take a tag away from every pilot."""
    _manager(by)
    events.record(verb="tag.deleted", by=by, channel=channel, before={"tag": tag.name})
    tag.delete()


def _manager(by: User) -> None:
    """Tags reach over all units, so those who tidy them manage all units."""
    if "/" not in roles_of(by).managed:
        raise NotAllowed("Only portfolio managers of the whole company rename and delete tags.")


def _name(name: str) -> str:
    name = text.clean(name)
    if not name or not text.key(name):
        raise Refused("A tag needs a name.", field="tag")
    if len(name) > LONGEST or len(text.key(name)) > 2 * LONGEST:
        raise Refused(f"A tag has at most {LONGEST} characters.", field="tag")
    if "," in name or "," in text.key(name):
        raise Refused("A tag has no comma; commas separate tags.", field="tag")
    return name
