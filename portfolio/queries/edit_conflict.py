"""Two versions of a pilot side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.models import Pilot
from portfolio.queries import labels


@dataclass(frozen=True, slots=True)
class Theirs:
    """A field whose saved value differs from what somebody wanted to save."""

    label: str
    saved: str
    yours: str


def theirs(now: Pilot, yours: Mapping[str, Any]) -> list[Theirs]:
    """Fields that differ, in the order of the form."""
    return [
        Theirs(labels.label(name), _said(name, getattr(now, name)), _said(name, value))
        for name, value in yours.items()
        if getattr(now, name) != value
    ]


def _said(name: str, value: Any) -> str:
    return str(value) if name == "unit" else labels.words(name, value)
