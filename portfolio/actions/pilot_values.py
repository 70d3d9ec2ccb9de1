"""What the fields of a pilot may hold: cleaned, of a kind, and dates in an order that can be."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Field, TextField

from common import clock, text
from common.errors import Refused
from portfolio.models import Pilot, Stage
from portfolio.models.pilot import NotProven
from portfolio.queries import labels
from portfolio.queries.sections import LABELS

# What `edit` may set; everything else has an action of its own.
EDITABLE = frozenset(LABELS)
PAST = ("poc_success_on", "last_seen_working", "training_data_from", "training_data_until")
_FIELDS: "dict[str, Field[Any, Any]]" = {
    f.name: f for f in Pilot._meta.concrete_fields if f.name in EDITABLE
}
LONGEST_TEXT = 20_000


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as stored; Refused for a field that is not editable or a value that cannot be."""
    unknown = set(values) - EDITABLE
    if unknown:
        raise Refused(f"These fields cannot be set: {', '.join(sorted(unknown))}.")
    found = {name: _clean(name, value) for name, value in values.items()}
    if "name" in found and not found["name"]:
        raise Refused("A pilot needs a name.", field="name")
    return found


def _clean(name: str, value: Any) -> Any:
    field = _FIELDS[name]
    if isinstance(value, str):
        value = text.clean(value, lines=isinstance(field, TextField))
        most = field.max_length or LONGEST_TEXT
        if len(value) > most:
            raise Refused(f"{labels.label(name)} is longer than {most:,} characters.", field=name)
        if field.choices and value and value not in dict(field.flatchoices):
            raise Refused(f"“{value}” is not a choice here.", field=name)
    if name == "not_proven" and value is not None:
        if not set(value) <= set(NotProven.values):
            raise Refused("That is not one of the things a PoC leaves open.", field=name)
        return [code for code in NotProven.values if code in value]
    return value


def check_order(pilot: Pilot, changed: Mapping[str, Any]) -> None:
    """Refused when a date that changes cannot be beside the others.

    Only changed dates are looked at: what an import brought in disorder stays editable.
    """
    dates = {name: changed.get(name, getattr(pilot, name)) for name in _DATES}
    today, entered = clock.today(), _poc_entry(pilot) if set(changed) & _AFTER_ENTRY else None
    for name in [n for n in PAST if changed.get(n)]:
        if dates[name] > today:
            raise Refused("That day is still to come.", field=name)
    if {"training_data_from", "training_data_until"} & set(changed):
        _in_order(dates, "training_data_from", "training_data_until", "They end before they begin")
    if {"poc_success_on", "target_launch_on"} & set(changed):
        late = "target_launch_on" if "target_launch_on" in changed else "poc_success_on"
        _in_order(dates, "poc_success_on", "target_launch_on", "Launched before it succeeded", late)
    for name in [n for n in _AFTER_ENTRY if changed.get(n)]:
        if entered and dates[name] < entered:
            raise Refused(
                f"{pilot.ref} entered PoC on {labels.day(entered)}; this day is before that.",
                field=name,
            )


def check_decide_by(pilot: Pilot, changed: Mapping[str, Any]) -> None:
    """From PoC on the day to decide by stands; only an approved extension moves it."""
    if "decide_by" not in changed or decide_by_is_open(pilot):
        return
    assert pilot.decide_by is not None  # Or it would be open.
    raise Refused(
        f"{pilot.ref} is to be decided by {labels.day(pilot.decide_by)}. From PoC on only an "
        "approved extension moves that day.",
        field="decide_by",
    )


def decide_by_is_open(pilot: Pilot) -> bool:
    """True while an edit may set the day: before PoC, and when nobody has set one."""
    return pilot.stage == Stage.IDEA or pilot.decide_by is None


_AFTER_ENTRY = {"poc_success_on", "target_launch_on", "decide_by"}
_DATES = {*PAST, *_AFTER_ENTRY}


def _in_order(
    dates: Mapping[str, date | None], first: str, last: str, wrong: str, field: str = ""
) -> None:
    begin, end = dates[first], dates[last]
    if begin and end and end < begin:
        other = f"{labels.label(first)}: {labels.day(begin)}"
        raise Refused(f"{wrong} ({other}).", field=field or last)


def _poc_entry(pilot: Pilot) -> date | None:
    """The day it first entered PoC, when that is known."""
    spans = pilot.stage_intervals.filter(stage=Stage.POC, since__isnull=False)
    return spans.order_by("since").values_list("since", flat=True).first()
