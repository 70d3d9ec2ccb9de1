"""What pages of decisions need."""

from datetime import date
from typing import Any

from django import template

from common.templatetags import ui

register = template.Library()


@register.filter
def iso_day(value: Any) -> str:
    """{{ text|iso_day }} - a day as a snapshot keeps it, in words; what is none stays as it is."""
    try:
        return ui.day(date.fromisoformat(str(value))) if value else ""
    except ValueError:
        return str(value)


@register.filter
def part(value: Any, name: str) -> Any:
    """{{ list|part:"items" }} - a part of a snapshot whose name a dictionary has as a method."""
    return value.get(name) if isinstance(value, dict) else None
