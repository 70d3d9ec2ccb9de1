"""Lines of a timeline, in Python because a template pays for every variable fifty times."""

import re
from datetime import date
from itertools import groupby

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
OPENED = "opened the flag "
WEB_LINK = re.compile(r"https?://([A-Za-z0-9.-]+(?::\d{1,5})?)(?:[/?#]\S*)?")


@register.simple_tag
def timeline_lines(page: TimelinePage, single: bool = False) -> SafeString:
    """{% timeline_lines events single %} - the items of a list, a heading where a day begins;
    `single` leaves out the pilot, because the page names it."""
    found, day = [], None
    base = reverse("pilots")
    for (when, *_), group in groupby(page.rows, _together):
        if when != day:
            day = when
            found.append(f'<li class="day"><h3>{ui.day(day)}</h3></li>')
        found.append(_lines(list(group), "" if single else base))
    return mark_safe("".join(found))  # noqa: S308 - every text is escaped


def _together(line: Line) -> tuple[date, str, str | int]:
    """Flags of one pilot that opened together are one thing that happened; all else is its own."""
    flag = line.kind == "flags" and line.headline.startswith(OPENED)
    return line.day, line.ref, OPENED if flag else id(line)


def _lines(lines: list[Line], base: str) -> str:
    first = lines[0]
    if len(lines) == 1:
        return _line(first, base)
    flags = "".join(
        f'<br><span class="change"><b>{escape(line.headline.removeprefix(OPENED))}</b>: '
        f"{escape(line.reason)}</span>"
        for line in lines
    )
    return (
        f'<li class="k-flags">{_pilot(first, base)}<b>{escape(first.who)}</b> '
        f'opened {len(lines)} flags <span class="who">{localtime(first.at):%H:%M}, '
        f"{escape(first.channel)}</span>{flags}</li>"
    )


def _pilot(line: Line, base: str) -> str:
    name = escape(line.pilot or line.ref)
    return f'<a href="{base}{line.ref}/">{name}</a>: ' if base else ""


def _line(line: Line, base: str) -> str:
    pilot = _pilot(line, base)
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
    if changes and len(changes) <= CHANGES_SHOWN and not any(one.before for one in changes):
        return f"<br>{' · '.join(_change(one) for one in changes)}"
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
        f"<ins>{_linked(one.after or 'nothing')}</ins></span>"
    )


def _linked(text: str) -> str:
    """A web link by the name of its place, such as wiki.example.com; anything else as it is. One
    that names a person before the place is shown whole, for it may pretend to be another."""
    link = WEB_LINK.fullmatch(text)
    if link is None or text.endswith("…"):
        return escape(text)
    return (
        f'<a href="{escape(text)}" rel="noopener noreferrer nofollow" target="_blank">'
        f"{escape(link[1])}</a>"
    )


def _breaks(text: str) -> str:
    return escape(text).replace("\n", "<br>")
