"""Rows of pilots, in Python because a template pays for every variable fifty times; and doors."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Protocol

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common import bars
from common.templatetags import ui
from portfolio.flags import words
from portfolio.queries.list_columns import ListColumn
from portfolio.queries.next_steps import Step
from portfolio.queries.pilot_rows import NextDate, PilotRow
from portfolio.queries.pilots import PilotList
from portfolio.queries.record import Shown
from portfolio.queries.satellites import ADD_DOORS, RECORD_DIALOGS

register = template.Library()


class Bar(Protocol):
    """The addresses of a list (views.filter_bar.FilterBar)."""

    sort: str

    def address(self, *, sort: str | None = None) -> str: ...


FLAGS_SHOWN = 2
NAME, UNIT, TEXT = 80, 60, 80  # characters of a cell; what is longer stands on the pilot's page


@register.simple_tag
def pilot_heads(found: PilotList, bar: Bar, choose: bool = False) -> SafeString:
    """{% pilot_heads list bar may_choose %} - the head of the list; sortable columns are links."""
    box = (
        '<th class="check"><input type="checkbox" data-all aria-label="Choose all on this page">'
        "</th>"
        if choose
        else ""
    )
    heads = [_head("Pilot", "name", bar, "")]
    heads += [_head(c.label, c.sort, bar, _css(c)) for c in found.columns]
    return mark_safe(f"<tr>{box}{''.join(heads)}</tr>")  # noqa: S308 - every text is escaped


def _head(label: str, sort: str, bar: Bar, css: str) -> str:
    kind = f' class="{css}"' if css else ""
    if not sort:
        return f'<th scope="col"{kind}>{escape(label)}</th>'
    down, active = bar.sort == f"-{sort}", bar.sort.lstrip("-") == sort
    url = escape(bar.address(sort=sort if down or not active else f"-{sort}"))
    state = f' aria-sort="{"descending" if down else "ascending"}"' if active else ""
    arrow = ui.icon("down" if down else "up") if active else ""
    return (
        f'<th scope="col"{kind}{state}><a href="{url}" hx-get="{url}">'
        f"{escape(label)}{arrow}</a></th>"
    )


@register.simple_tag
def pilot_rows(found: PilotList, base: str, choose: bool = False) -> SafeString:
    """{% pilot_rows list base may_choose %} - the rows of the list; `base` is its address.

    Cells and rows are not closed: HTML does not ask for it, and a page has four hundred of them.
    """
    cells = [_cell(column) for column in found.columns]
    lines = []
    for row in found.page.rows:
        box = (
            f'<td class="check"><input type="checkbox" name="chosen" value="{row.id}" '
            f'aria-label="Choose {row.ref}">'
            if choose
            else ""
        )
        name = _name(row, f"{base}{row.ref}/")
        lines.append(f"<tr>{box}{name}{''.join([cell(row) for cell in cells])}\n")
    return mark_safe("".join(lines))  # noqa: S308 - every text is escaped


def _cell(column: ListColumn) -> Callable[[PilotRow], str]:
    """What draws a column; one without a drawing of its own shows its value."""
    return _DRAWN.get(column.code) or _plain(column)


def _css(column: ListColumn) -> str:
    return "" if column.code in _DRAWN else "mid"


def _plain(column: ListColumn) -> Callable[[PilotRow], str]:
    values = column.values
    # On a phone no head says what a value means: its word does, or its label.
    label = "" if column.word else f' data-label="{escape(column.label)}"'
    word = f" {escape(column.word)}" if column.word else ""

    def draw(row: PilotRow) -> str:
        value = values(row)[0]
        after = word if value is not None else ""
        return f'<td class="mid keep"{label}>{_value(value)}{after}'

    return draw


def _name(row: PilotRow, url: str) -> str:
    lock = (
        ' <span class="ic locked"><span class="vh">restricted</span></span>'
        if row.restricted
        else ""
    )
    unit = f"{row.root} / {row.unit}" if row.root else row.unit
    return (
        f'<td class="main"><a href="{url}">{escape(_short(row.name, NAME))}</a>'
        f"<small>{row.ref}{lock} · {escape(_short(unit, UNIT))}</small>"
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _stage(row: PilotRow) -> str:
    settled = row.stage in ui.SETTLED
    age = f"{row.stage_label}, {bars.age_words(row.days, at_least=row.at_least)}"
    age = age.replace(" ", "\u00a0")
    if row.days > bars.QUARTER and not settled:
        age = f"<b>{age}</b>"
    line = bars.row_line(row.days, at_least=row.at_least, settled=settled)
    hold = '<span class="st ic on_hold">On hold</span>' if row.hold_until else ""
    return f"<td>{age}{line}{hold}"


def _health(row: PilotRow) -> str:
    if row.days_since_update is None:
        return '<span class="st ic no_update">No update</span>'
    ago = ui.ago(row.days_since_update)
    if row.freshness == "outdated":
        ago = f"outdated, {ago.removesuffix(' ago')}"
    return f'<span class="st ic {row.health}">{ui.STATUS[row.health][0]}</span><small>{ago}</small>'


def _owner(row: PilotRow) -> str:
    if not row.owner:
        return '<span class="ic lack">No owner</span>'
    said = escape(row.owner)
    return said if row.owner_accepted else f"{said}<small>not accepted</small>"


def _flags(row: PilotRow) -> str:
    shown = "".join(_flag(f.rule, f.severity, f.snoozed) for f in row.flags[:FLAGS_SHOWN])
    more = len(row.flags) - FLAGS_SHOWN
    return shown + (f'<span class="fl low">+{more}</span>' if more > 0 else "")


@cache
def _flag(rule: str, severity: str, snoozed: bool) -> str:
    css = "snoozed" if snoozed else ui.SEVERITY.get(severity, "medium")
    note = ' <span class="vh">(snoozed)</span>' if snoozed else ""
    return f'<span class="fl ic {css}">{escape(words.title(rule))}{note}</span>'


def _next(owed: NextDate | None) -> str:
    if owed is None:
        return "<td>"
    if owed.overdue:
        what, on = f'<span class="lack">{owed.what}</span>', f"was due {ui.day(owed.on)}"
    else:
        what, on = owed.what, ui.day(owed.on)
    return f"<td>{what}<small>{on}</small>"


def _value(value: object) -> str:
    if value is None:
        return '<span class="muted">unknown</span>'
    if isinstance(value, date):
        return ui.day(value)
    if isinstance(value, Decimal):
        return f"{value:,.2f}".removesuffix(".00")
    return conditional_escape(_short(str(value), TEXT))


_DRAWN: dict[str, Callable[[PilotRow], str]] = {
    "stage": _stage,
    "health": lambda row: f"<td>{_health(row)}",
    "owner": lambda row: f"<td>{_owner(row)}",
    "flags": lambda row: f"<td>{_flags(row)}",
    "next": lambda row: _next(row.next_date),
}


# Forms that open over the pilot's page; every other door is a page of its own.
DIALOGS = RECORD_DIALOGS | frozenset(
    {
        "extension", "extension-decline",
        "pilot-update", "pilot-assign", "pilot-stage", "pilot-hold", "pilot-metric",
        "pilot-reading", "flag-snooze", "pilot-propose", "pilot-own", "pilot-decline",
        "pilot-twelve-months", "pilot-tag",
        "raw-test", "pilot-cost-add", "pilot-estimate",
    }
)  # fmt: skip
STEP_DOORS = {
    "assign": "pilot-propose",
    "own": "pilot-own",
    "stage": "pilot-stage",
    "update": "pilot-update",
    "metric": "pilot-metric",
}


@register.simple_tag
def door(
    url_name: str, ref: str, label: str, icon: str = "", css: str = "btn small", number: int = 0
) -> SafeString:
    """{% door "pilot-update" ref "Post an update" "update" %} - a link to a form about a pilot;
    with htmx it opens in the page's dialog. `number` is the metric or flag."""
    url = reverse(url_name, args=[ref, number] if number else [ref])
    swap = format_html(' hx-get="{}"', url) if url_name in DIALOGS else ""
    symbol = ui.icon(icon) if icon else ""
    return format_html('<a class="{}" href="{}"{}>{}{}</a>', css, url, swap, symbol, label)


@register.simple_tag
def section_door(section: Shown, ref: str) -> SafeString:
    """{% section_door section pilot.ref %} - opens the section's form in its place.

    It has the id of the form's button, so that the focus comes back to it after saving.
    """
    url = reverse("section-edit", args=[ref, section.code])
    word = "Edit" if section.said.known or section.still_open else "Fill in"
    return format_html(
        '<a class="btn small quiet" id="act-{0}" href="{1}" hx-get="{1}" hx-target="#section-{0}" '
        'hx-swap="outerHTML">{2}<span class="vh"> {3}</span></a>',
        section.code, url, word, section.title.lower(),
    )  # fmt: skip


@register.simple_tag
def step_door(step: Step, ref: str) -> SafeString:
    """{% step_door step ref %} - the button of a next step; nothing when others must do it."""
    if step.door == "readiness":
        return format_html('<a class="btn small" href="#panel-readiness">{}</a>', step.button)
    if step.door and step.url_name:
        url = reverse(step.url_name, args=[ref])
        return format_html('<a class="btn small" href="{}">{}</a>', url, step.button)
    if not step.door:
        return mark_safe("")
    if step.door == "charter":
        url = reverse("section-edit", args=[ref, step.door])
        return format_html(
            '<a class="btn small" href="{0}" hx-get="{0}" hx-target="#section-charter">{1}</a>',
            url, step.button,
        )  # fmt: skip
    return door(STEP_DOORS[step.door], ref, step.button)


@register.simple_tag
def add_door(section: str, ref: str) -> SafeString:
    """{% add_door "rollout" ref %} - begins a section that the stage does not ask for yet."""
    url_name, label = ADD_DOORS[section]
    return door(url_name, ref, label, "add", "btn small")


@register.simple_tag
def role_door(ref: str, role: str, label: str) -> SafeString:
    """{% role_door ref "data_owner" "Name" %} - a link to the form that gives this role."""
    url = f"{reverse('pilot-assign', args=[ref])}?role={role}"
    return format_html('<a class="btn small quiet" href="{}" hx-get="{}">{}</a>', url, url, label)
