"""Rows of "My pilots", in Python because a template pays for every variable in each of them."""

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common import bars
from common.templatetags import ui
from portfolio.queries.my_pilots import Mine

register = template.Library()


@register.simple_tag
def mine_row(row: Mine) -> SafeString:
    """{% mine_row row %} - one pilot of mine: its one reason and its one button."""
    pilot = reverse("pilot", args=[row.ref])
    button = reverse(row.door, args=[row.ref])
    lock = f" {ui.icon('lock')}<span class='vh'>restricted</span>" if row.restricted else ""
    reason: str = escape(row.reason)
    if row.grave:
        reason = f'<span class="lack">{reason}</span>'
    line = bars.row_line(row.days, at_least=row.at_least, settled=row.stage in ui.SETTLED)
    age = bars.age_words(row.days, at_least=row.at_least)
    css = "btn small primary" if row.needs_update else "btn small"
    return mark_safe(  # noqa: S308 - every text is escaped
        f'<tr data-href><td class="main"><a href="{button if row.needs_update else pilot}">'
        f"{escape(row.name)}</a> <small>{row.ref}{lock} · {escape(row.unit)}</small></td>"
        f'<td class="why">{reason}{_also(row)}</td>'
        f'<td class="when">{row.stage_label}, {age} {line}</td>'
        f'<td class="state">{_healths(row)}</td>'
        f'<td class="num"><a class="{css}" href="{button}" aria-label="{escape(row.button)}: '
        f'{escape(row.name)}">{escape(row.button)}</a></td></tr>'
    )


def _also(row: Mine) -> str:
    """The gravest other finding, and how many more there are."""
    if not row.also:
        return ""
    more = f", and {row.flags - 2} more" if row.flags > 2 else ""
    return f" <small>Also: {escape(row.also)}{more}</small>"


def _healths(row: Mine) -> str:
    """Declared health; beneath it the computed one when it differs."""
    declared = ui.status(row.health)
    if row.computed == row.health:
        return declared
    return f"{declared} <small>computed: {ui.STATUS[row.computed][0].lower()}</small>"
