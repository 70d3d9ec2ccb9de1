"""Rows of pilots, in Python because a template pays for every variable fifty times; and doors."""

from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common import bars
from common.templatetags import ui
from portfolio.flags import words
from portfolio.queries.next_steps import Step
from portfolio.queries.pilots import NextDate, PilotRow

register = template.Library()

FLAGS_SHOWN = 2


@register.simple_tag
def pilot_row(row: PilotRow, base: str, choose: bool = False) -> SafeString:
    """{% pilot_row row base may_choose %} - one row of the pilot list; `base` is its address."""
    url = f"{base}{row.ref}/"
    box = (
        f'<td class="check"><input type="checkbox" name="chosen" value="{row.id}" '
        f'aria-label="Choose {row.ref}"></td>'
        if choose
        else ""
    )
    columns = "".join(f'<td class="mid keep">{_value(value)}</td>' for value in row.columns)
    return mark_safe(  # noqa: S308 - every text is escaped
        f"<tr data-href>{box}{_name(row, url)}{_stage(row)}<td>{_health(row)}</td>"
        f"<td>{_owner(row)}</td>{columns}<td>{_flags(row)}</td>{_next(row.next_date)}</tr>"
    )


@register.simple_tag
def my_row(row: PilotRow) -> SafeString:
    """{% my_row row %} - one row of "My pilots", with its update form one click away."""
    url = reverse("pilot", args=[row.ref])
    update = reverse("pilot-update", args=[row.ref])
    return mark_safe(  # noqa: S308 - every text is escaped
        f"<tr data-href>{_name(row, url)}{_stage(row)}<td>{_health(row)}</td>"
        f"<td>{_flags(row)}</td>{_next(row.next_date)}"
        f'<td><a class="btn small" href="{update}?my">Update</a></td></tr>'
    )


def _name(row: PilotRow, url: str) -> str:
    lock = (
        ' <span class="ic locked"><span class="vh">restricted</span></span>'
        if row.restricted
        else ""
    )
    unit = f"{row.root} / {row.unit}" if row.root else row.unit
    return (
        f'<td class="main"><a href="{url}">{escape(row.name)}</a>'
        f"<small>{row.ref}{lock} · {escape(unit)}</small></td>"
    )


def _stage(row: PilotRow) -> str:
    settled = row.stage in ui.SETTLED
    age = f"{row.stage_label}, {bars.age_words(row.days, at_least=row.at_least)}"
    age = age.replace(" ", "\u00a0")
    if row.days > bars.QUARTER and not settled:
        age = f"<b>{age}</b>"
    line = bars.row_line(row.days, at_least=row.at_least, settled=settled)
    hold = '<span class="st ic on_hold">On hold</span>' if row.hold_until else ""
    return f"<td>{age}{line}{hold}</td>"


def _health(row: PilotRow) -> str:
    if row.days_since_update is None:
        return '<span class="st ic no_update">No update</span>'
    ago = ui.ago(row.days_since_update)
    if row.freshness == "outdated":
        ago = f"outdated, {ago.removesuffix(' ago')}"
    return f'<span class="st ic {row.health}">{ui.STATUS[row.health][0]}</span><small>{ago}</small>'


def _owner(row: PilotRow) -> str:
    return escape(row.owner) if row.owner else '<span class="ic lack">No owner</span>'


def _flags(row: PilotRow) -> str:
    shown = "".join(_flag(f.rule, f.severity, f.snoozed) for f in row.flags[:FLAGS_SHOWN])
    more = len(row.flags) - FLAGS_SHOWN
    return shown + (f'<span class="fl low">+{more}</span>' if more > 0 else "")


@cache
def _flag(rule: str, severity: str, snoozed: bool) -> str:
    css = "snoozed" if snoozed else ui.SEVERITY.get(severity, "medium")
    note = ' <span class="vh">(snoozed)</span>' if snoozed else ""
    return f'<span class="fl ic {css}">{escape(words.title(rule))}{note}</span>'


def _next(date: NextDate | None) -> str:
    if date is None:
        return "<td></td>"
    if date.overdue:
        what, on = f'<span class="lack">{date.what}</span>', f"was due {ui.day(date.on)}"
    else:
        what, on = date.what, ui.day(date.on)
    return f"<td>{what}<small>{on}</small></td>"


def _value(value: object) -> str:
    return '<span class="muted">unknown</span>' if value is None else conditional_escape(str(value))


# Forms that open over the pilot's page; every other door is a page of its own.
DIALOGS = frozenset(
    {
        "pilot-update", "pilot-assign", "pilot-stage", "pilot-hold", "pilot-metric",
        "pilot-reading", "flag-snooze", "pilot-dependency-add", "pilot-dependency",
        "pilot-incident-add", "pilot-incident",
    }
)  # fmt: skip
# Sections of the page -> the door that begins them, and its label.
ADD_DOORS = {
    "dependencies": ("pilot-dependency-add", "A system it leans on"),
}
STEP_DOORS = {
    "assign": "pilot-assign",
    "stage": "pilot-stage",
    "update": "pilot-update",
    "metric": "pilot-metric",
    "edit": "pilot-edit",
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
def step_door(step: Step, ref: str) -> SafeString:
    """{% step_door step ref %} - the button of a next step; nothing when others must do it."""
    if step.door == "readiness":
        return format_html('<a class="btn small" href="#panel-readiness">{}</a>', step.button)
    if not step.door:
        return mark_safe("")
    return door(STEP_DOORS[step.door], ref, step.button)


@register.simple_tag
def add_door(section: str, ref: str) -> SafeString:
    """{% add_door "rollout" ref %} - begins a section that the stage does not ask for yet."""
    url_name, label = ADD_DOORS[section]
    return door(url_name, ref, label, "add", "btn small")
