"""What changed on a pilot since its last update: the draft of the next one's note. Pure words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

from portfolio.flags import words
from portfolio.models import Event, Flag, Stage
from portfolio.queries import labels

MOST = 8  # sentences
LOOKED_AT = 100  # events
QUIET = frozenset({"WATERMELON"})


@dataclass(frozen=True)
class News:
    """Sentences, oldest first. `since` is the moment they count from, None the registration."""

    since: datetime | None
    sentences: tuple[str, ...]
    more: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.sentences)


def news(pilot_id: int, since: datetime | None) -> News:
    """What happened after `since`: two queries."""
    events = Event.objects.filter(pilot=pilot_id).exclude(verb__startswith="update.")
    flags = Flag.objects.filter(pilot=pilot_id).exclude(rule__in=QUIET)
    if since:
        events = events.filter(at__gt=since)
        flags = flags.filter(Q(opened_at__gt=since) | Q(closed_at__gt=since))
    told = list(events.order_by("-at", "-id").values("verb", "before", "after", "at")[:LOOKED_AT])
    found = list(dict.fromkeys([*_of_events(reversed(told)), *_of_flags(flags, since)]))
    return News(since, tuple(found[-MOST:]), max(0, len(found) - MOST))


def _of_events(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    readings: dict[str, str] = {}
    for event in events:
        before, after = event["before"], event["after"]
        match event["verb"]:
            case "reading.recorded":
                # Of many readings the last one counts.
                name = str(after.get("metric"))
                readings[name] = f"{name}: {_number(after.get('value'))}{_on(after.get('on'))}."
            case "pilot.stage_changed":
                yield f"Moved from {_stage(before)} to {_stage(after)}."
            case "pilot.held":
                yield f"On hold until {labels.words('on_hold_until', after.get('on_hold_until'))}."
            case "pilot.resumed":
                yield "Taken off hold."
            case "pilot.edited":
                yield from _edited(before, after)
            case verb if verb.startswith(("person.", "ownership.")):
                yield from _people(before, after)
            case "metric.added":
                yield f"New success metric: {after.get('metric')}."
            case _:
                pass
    yield from readings.values()


def _edited(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if "decide_by" in after:
        day = labels.words("decide_by", after["decide_by"])
        moved = labels.words("decide_by", before.get("decide_by"))
        yield f"Decide-by moved from {moved} to {day}."
    others = [labels.label(name).lower() for name in after if name != "decide_by"]
    if others:
        yield f"Changed: {', '.join(others)}."


def _people(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for role in dict.fromkeys([*after, *before]):
        label = labels.LABELS.get(role)
        old, new = _name(before.get(role)), _name(after.get(role))
        if label is None or old == new:
            continue
        yield f"{label} is now {new}." if new else f"{label} {old} left."


def _of_flags(flags: Iterable[Flag], since: datetime | None) -> Iterator[str]:
    for flag in flags:
        if flag.closed_at is None:
            yield f"New flag: {words.title(flag.rule)}."
        elif since and flag.opened_at <= since:
            yield f"Flag closed: {words.title(flag.rule)}."


def _name(value: Any) -> str:
    return str(value.get("name", "")) if isinstance(value, Mapping) else str(value or "")


def _stage(side: Mapping[str, Any]) -> str:
    code = side.get("stage")
    return Stage(code).label if code in Stage.values else labels.UNKNOWN


def _number(value: Any) -> str:
    try:
        return labels.number(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _on(value: Any) -> str:
    try:
        return f" on {labels.day(date.fromisoformat(str(value)))}"
    except ValueError:
        return ""
