"""Rows of the Overview. In Python, because a template pays for every variable of every row."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from common import bars
from common.templatetags import ui
from portfolio.queries.overview import Ended, Listed, Stalled
from portfolio.queries.overview_page import UnitShare

register = template.Library()


@register.simple_tag
def stalled_rows(rows: tuple[Stalled, ...], base: str) -> SafeString:
    """{% stalled_rows rows base %} - the pilots that stand still longest."""
    lines = []
    for one in rows:
        row = one.row
        bar = bars.quarter_bar(
            row.days, at_least=row.at_least, settled=row.stage in ui.SETTLED, width=72
        )
        about = f"{row.stage_label} · {escape(row.unit)} · stalled for {bars.age_words(one.days)}"
        lines.append(
            f"{_name(row, base, 90)}<small>{about}</small></td><td>{bar}</td>"
            f"<td>{ui.owner(escape(row.owner))}</td></tr>"
        )
    return mark_safe("".join(lines))  # noqa: S308 - every text is escaped


@register.simple_tag
def rows_of_ended(rows: tuple[Ended, ...], base: str) -> SafeString:
    """{% rows_of_ended rows base %} - what shipped or was stopped lately."""
    lines = [
        f"{_name(one.row, base, 70)}</td><td>{ui.status('shipped' if one.shipped else 'stopped')}"
        f'</td><td class="num muted">{ui.day(one.on)}</td></tr>'
        for one in rows
    ]
    return mark_safe("".join(lines))  # noqa: S308 - every text is escaped


@register.simple_tag
def unit_rows(units: tuple[UnitShare, ...]) -> SafeString:
    """{% unit_rows units %} - active pilots of units, the shares that stall or lack an owner."""
    lines = [
        f'<tr><th scope="row">{escape(unit.name)}</th>'
        f'<td class="num">{_number(unit.active, unit.url)}</td>'
        f'<td class="pair">{_number(unit.stalled, unit.stalled_url)}'
        f"{bars.share_bar(unit.stalled, unit.active)}</td>"
        f'<td class="pair">{_number(unit.no_owner, unit.no_owner_url)}'
        f"{bars.share_bar(unit.no_owner, unit.active)}</td></tr>"
        for unit in units
    ]
    return mark_safe("".join(lines))  # noqa: S308 - every text is escaped


def _name(row: Listed, base: str, most: int) -> str:
    url = f"{escape(base)}{row.ref}/"
    name = row.name if len(row.name) <= most else Truncator(row.name).chars(most)
    return f'<tr data-href="{url}"><td class="main"><a href="{url}">{escape(name)}</a>'


def _number(number: int, url: str) -> str:
    return f'<a href="{escape(url)}">{number:,}</a>' if number else "<span>0</span>"
