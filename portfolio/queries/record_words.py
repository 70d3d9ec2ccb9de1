"""Two versions of a record side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.models import Record
from portfolio.queries import labels


@dataclass(frozen=True, slots=True)
class Theirs:
    """A field whose saved value differs from what somebody wanted to save."""

    label: str
    saved: str
    yours: str


def theirs(now: Record, yours: Mapping[str, Any], titles: Mapping[str, str]) -> list[Theirs]:
    """Fields that differ, in the order of the form."""
    return [
        Theirs(titles[name], said(now, name, getattr(now, name)), said(now, name, value))
        for name, value in yours.items()
        if getattr(now, name) != value
    ]


def said(row: Record, name: str, value: Any) -> str:
    """A value of a record's field as people read it."""
    field: Any = row._meta.get_field(name)
    if value is None or value == "":
        return labels.UNKNOWN
    if isinstance(value, list | tuple):
        known = dict(getattr(field.base_field, "flatchoices", ()))
        return ", ".join(str(known.get(one, one)) for one in value) or "none"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.is_relation:
        return str(value)
    return labels.words(name, value)
