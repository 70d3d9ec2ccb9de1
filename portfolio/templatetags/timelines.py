"""Lines of a timeline, in Python because a template pays for every variable fifty times."""

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from common.templatetags import ui
from portfolio.queries.history import Change
from portfolio.queries.timeline import Line, Said, TimelinePage

register = template.Library()

CHANGES_SHOWN = 4


@register.simple_tag
def timeline_lines(page: TimelinePage, single: bool = False) -> SafeString:
    """{% timeline_lines events single %} - the items of a list, a heading where a day begins;
    `single` leaves out the pilot, because the page names it."""
    found, day = [], None
    base = reverse("pilots")
    for line in page.rows:
        if line.day != day:
            day = line.day
            found.append(f'<li class="day"><h3>{ui.day(day)}</h3></li>')
        found.append(_line(line, "" if single else base))
    return mark_safe("".join(found))  # noqa: S308 - every text is escaped


def _line(line: Line, base: str) -> str:
    pilot = f'<a href="{base}{line.ref}/">{escape(line.pilot or line.ref)}</a>: ' if base else ""
    back = ' <span class="tag">taken back</span>' if line.said and line.said.taken_back else ""
    channel = "" if line.channel == "Web" else f", {escape(line.channel)}"
    reason = f"<br>{_breaks(line.reason)}" if line.reason else ""
    return (
        f'<li class="k-{line.kind}">{pilot}<b>{escape(line.who)}</b> {escape(line.headline)}{back} '
        f'<span class="who">{localtime(line.at):%H:%M}{channel}</span>'
        f"{_said(line.said) if line.said else ''}{reason}{_changes(line.changes)}</li>"
    )


def _said(said: Said) -> str:
    note = f'<br><span class="prose">{_breaks(said.note)}</span>' if said.note else ""
    due = f" by {ui.day(said.next_step_due)}" if said.next_step_due else ""
    step = f'<br><span class="change">Next: {escape(said.next_step)}{due}</span>'
    return f"<br>{ui.status(said.health)}{note}{step if said.next_step else ''}"


def _changes(changes: tuple[Change, ...]) -> str:
    shown = "".join(f"<br>{_change(one)}" for one in changes[:CHANGES_SHOWN])
    rest = changes[CHANGES_SHOWN:]
    if not rest:
        return shown
    more = "<br>".join(_change(one) for one in rest)
    return f'{shown}<details class="small"><summary>and {len(rest)} more</summary>{more}</details>'


def _change(one: Change) -> str:
    before = f"<del>{escape(one.before)}</del> → " if one.before else ""
    return (
        f'<span class="change">{escape(one.label)}: {before}'
        f"<ins>{escape(one.after or 'nothing')}</ins></span>"
    )


def _breaks(text: str) -> str:
    return escape(text).replace("\n", "<br>")
