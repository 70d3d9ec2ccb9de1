"""Rows of the heat map. In Python, because a template pays for every variable of every cell."""

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portfolio.models import Stage
from readiness.models import Level
from readiness.queries.heat_choice import QUESTION, Column
from readiness.queries.heat_map import HeatMap, address

register = template.Library()
PLACE = "PIL-0"


@register.simple_tag
def heat_rows(found: HeatMap) -> SafeString:
    """{% heat_rows map %} - a row for each pilot of the page; every cell opens its list there."""
    there, lines = address(found.template.slug), []
    by = found.chosen.by
    for line in found.lines:
        own = there.replace(PLACE, line.ref)
        cells = "".join(
            [
                _question(own, column, *pair)
                if by == QUESTION
                else _part(f"{own}?{by}={column.code}", column.label, *pair)
                for column, pair in zip(found.columns, line.cells, strict=True)
            ]
        )
        lock = (
            ' <span class="ic locked"><span class="vh">restricted</span></span>'
            if line.restricted
            else ""
        )
        level = Level(line.level).label if line.level else "none yet"
        lines.append(
            f'<tr><td class="main"><a href="{own}">{escape(line.name)}</a><small>{line.ref}{lock}'
            f" · {Stage(line.stage).label} · {escape(found.names[line.unit])}</small></td>"
            f'<td class="num" data-label="Met">{line.met}/{line.total}</td>'
            f'<td class="num" data-label="Lower side">{line.ruling}</td>'
            f'<td data-label="Level reached">{level}</td>{cells}</tr>'
        )
    return mark_safe("".join(lines))  # noqa: S308 - every text is escaped


@register.simple_tag
def unit_shares(found: HeatMap) -> SafeString:
    """{% unit_shares map %} - a row for each unit with what is met of each part."""
    page, lines = reverse("readiness"), []
    for unit in found.units:
        cells = "".join(
            [
                _part(f"{page}?{escape(url)}" if url else "", column.label, share.met, share.total)
                for column, (share, url) in zip(found.columns, unit.shares, strict=True)
            ]
        )
        lines.append(
            f'<tr><td class="main"><a href="{page}?{escape(unit.url)}">{escape(unit.name)}</a></td>'
            f'<td class="num" data-label="Pilots">{unit.pilots:,}</td>{cells}</tr>'
        )
    return mark_safe("".join(lines))  # noqa: S308 - every text is escaped


def _part(url: str, label: str, met: int, total: int) -> str:
    if not total:
        return (
            f'<td class="cell na" data-label="{escape(label)}"><span class="muted">n/a</span></td>'
        )
    said = f"{met:,}/{total:,}"
    inner = f'<a href="{url}">{said}</a>' if url else said
    return f'<td class="cell s{_step(met, total)}" data-label="{escape(label)}">{inner}</td>'


def _question(url: str, column: Column, met: int, total: int) -> str:
    label = escape(column.label)
    if not total:
        return f'<td class="cell na" data-label="{label}"><span class="muted">n/a</span></td>'
    word = "met" if met else "open"
    return (
        f'<td class="cell mark {word}" data-label="{label}"><a href="{url}#item-{column.code}" '
        f'title="{escape(column.title)}"><span class="vh">{label} {word}</span></a></td>'
    )


def _step(met: int, total: int) -> int:
    """How full the bar under a share is drawn: nothing, up to each quarter, or all of it."""
    return 5 if met == total else -(-4 * met // total) if met else 0
