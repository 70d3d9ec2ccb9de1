"""What was done to a checklist, in words."""

from dataclasses import dataclass

from portfolio.models import Event
from portfolio.queries.history import Change, changes, headline

HEADLINES = {
    "checklist.begun": "began a draft",
    "checklist.drafted": "changed the draft",
    "checklist.discarded": "discarded the draft",
    "checklist.published": "published a version",
    "checklist.loaded": "loaded a version from its file",
    "checklist.scheduled": "chose another day for a version",
    "checklist.called_off": "called a version off",
    "checklist.asked": "a version is asked from now on",
    "checklist.retired": "retired the list",
    "checklist.brought_back": "brought the list back",
}


@dataclass(frozen=True)
class Happening:
    event: Event
    headline: str
    changes: tuple[Change, ...]


def history(slug: str, limit: int = 30) -> list[Happening]:
    """The latest events of a list, newest first. One query."""
    rows = Event.objects.filter(verb__in=list(HEADLINES), after__slug=slug)
    found = rows.select_related("actor").order_by("-at", "-id")[:limit]
    return [
        Happening(event, headline(event.verb), tuple(changes(event.before, _told(event))))
        for event in found
    ]


def _told(event: Event) -> dict[str, object]:
    return {name: value for name, value in event.after.items() if name != "slug"}
