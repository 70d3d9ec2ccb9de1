"""What happened to a person, in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Channel, Event, Role, User
from accounts.queries.company_words import changed_words

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: a sentence, who did it ("" is nobody in particular), and by which door."""

    at: datetime
    said: str
    who: str
    channel: str
    reason: str


def history(person: User, *, limit: int = SHOWN) -> list[Happening]:
    """The person's latest events, newest first. Two queries."""
    return happenings(Event.objects.filter(person=person).order_by("-at", "-id")[:limit])


def happenings(found: Iterable[Event]) -> list[Happening]:
    """Events in words, with the names of those who did it."""
    events = list(found)
    actors = User.objects.in_bulk({e.actor_id for e in events if e.actor_id})
    return [
        Happening(
            at=event.at,
            said=say(event.verb, event.before, event.after),
            who=_who(event.actor_id, actors),
            channel=Channel(event.channel).label,
            reason=event.reason,
        )
        for event in events
    ]


def _who(actor: int | None, actors: Mapping[int, User]) -> str:
    if actor is None:
        return ""
    return str(actors.get(actor, "somebody who is not here any more"))


def say(verb: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """An event as a sentence."""
    words = SENTENCES.get(verb)
    return words(before, after) if words else verb


def _role(held: Mapping[str, Any]) -> str:
    unit = held.get("unit")
    where = f" in {unit['name']}" if unit else " for the whole company"
    code = str(held.get("role", ""))
    label = str(Role(code).label) if code in Role.values else code
    return f"{label}{where}"


def _below(parent: Mapping[str, Any] | None) -> str:
    return f"“{parent['name']}”" if parent else "the top"


FIELDS = {
    "name": "name", "email": "e-mail address", "time_zone": "time zone",
    "digest_enabled": "weekly digest", "digest_weekday": "digest weekday",
    "digest_hour": "digest hour", "landing": "first page", "page_size": "rows of a list",
    "theme": "colours",
}  # fmt: skip


def _edited(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if "is_internal" in after:
        inside = after["is_internal"]
        return "Marked as internal" if inside else "Marked as external"
    parts = [
        f"{FIELDS.get(name, name)} from {_shown(before.get(name))} to {_shown(value)}"
        for name, value in after.items()
    ]
    return f"Changed {', '.join(parts)}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"“{value}”" if value not in ("", None) else "nothing"


def _link(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if after.get("mailed"):
        return "A one-time link to choose a password was sent by mail"
    return "A one-time link to choose a password was made"


def _sessions(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    n = after.get("ended", 0)
    return f"Signed out of {n} session{'' if n == 1 else 's'}"


def _fixed(text: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], str]:
    return lambda before, after: text


SENTENCES: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "company.changed": changed_words,
    "unit.added": lambda before, after: f"Added as “{after.get('path', '')}”",
    "unit.renamed": lambda b, a: f"Renamed from “{b.get('name')}” to “{a.get('name')}”",
    "unit.moved": lambda b, a: f"Moved from {_below(b.get('parent'))} to {_below(a.get('parent'))}",
    "unit.merged": lambda b, a: f"Merged into “{(a.get('into') or {}).get('name', '')}”",
    "unit.retired": _fixed("Retired: nothing new belongs to it"),
    "unit.reopened": _fixed("In use again"),
    "unit.removed": lambda before, after: f"Removed “{before.get('path', '')}”",
    "person.added": _fixed("Added"),
    "person.edited": _edited,
    "person.deactivated": _fixed("Left: the account was closed"),
    "person.reactivated": _fixed("Came back: the account was opened again"),
    "person.forgotten": _fixed("The personal data was removed"),
    "preferences.set": _edited,
    "role.granted": lambda before, after: f"Became {_role(after)}",
    "role.ended": lambda before, after: f"No longer {_role(before)}",
    "password.chosen": _fixed("Chose a password"),
    "password.link_made": _link,
    "factors.removed": _fixed("Second factors were removed"),
    "factor.added": lambda before, after: f"Added {after.get('what', 'a second factor')}",
    "factor.removed": lambda before, after: f"Removed {before.get('what', 'a second factor')}",
    "sessions.ended": _sessions,
    "identity.linked": lambda before, after: f"Linked to {after.get('provider', '')}",
    "identity.unlinked": lambda before, after: f"No longer linked to {before.get('provider', '')}",
}
