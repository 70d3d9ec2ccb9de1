"""Words of minutes."""

from datetime import date

from django import template

from common.templatetags.ui import day

register = template.Library()


@register.filter
def iso_day(text: str) -> str:
    """{{ one.due|iso_day }} - 21 Nov 2026, from the date as a record keeps it."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
