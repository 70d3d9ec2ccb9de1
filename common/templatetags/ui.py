"""The template tags of the interface. Row-level things are Python, not includes: an
include in a row is paid fifty times. Shown on the gallery page, documented in
docs/build/components.md."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common import bars, clock, icons

register = template.Library()

# health code -> (word, icon); the code is also the CSS class that colours it.
STATUS = {
    "on_track": ("On track", "on-track"),
    "at_risk": ("At risk", "at-risk"),
    "off_track": ("Off track", "off-track"),
    "": ("No update", "no-update"),
    "shipped": ("Shipped", "shipped"),
    "stopped": ("Stopped", "stopped"),
    "on_hold": ("On hold", "on-hold"),
}
SEVERITY = {"H": "high", "M": "medium", "L": "low"}
SETTLED = frozenset({"production", "retired", "stopped"})


@register.simple_tag
def icon(name: str) -> SafeString:
    """{% icon "flag" %} - decoration beside a word; the word carries the meaning."""
    return _icon(name)


@cache
def _icon(name: str) -> SafeString:
    if name not in icons.ICONS:
        raise template.TemplateSyntaxError(f"There is no icon {name!r}; add it to common/icons.py.")
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>',
        icons.sprite_url(),
        name,
    )


# --- Words and numbers ----------------------------------------------------------------------------
@register.filter
def number(value: int | None) -> str:
    """{{ n|number }} - 2,133; None is "unknown"."""
    return "unknown" if value is None else f"{value:,}"


@register.filter
def capped(value: int, limit: int = 1000) -> str:
    """{{ n|capped }} - 1,000+ when counting stopped there."""
    return f"{limit:,}+" if value > limit else f"{value:,}"


@register.filter
def days(value: int | None) -> str:
    """{{ n|days }} - 1 day, 23 days; None is "unknown"."""
    return "unknown" if value is None else bars.age_words(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """{{ date|day }} - 21 Nov 2026; None is "unknown"."""
    if value is None:
        return "unknown"
    if isinstance(value, datetime):
        value = clock.local(value)
    return f"{value.day} {value:%b %Y}"


@register.filter
def moment(value: datetime | None) -> str:
    """{{ at|moment }} - 21 Nov 2026, 14:05 in the company's zone; None is "never"."""
    return "never" if value is None else f"{day(value)}, {clock.local(value):%H:%M}"


@register.filter
def uncapped(text: str) -> str:
    """{{ title|uncapped }} - a title inside a sentence: "Why" is "why", PoC and API stay."""
    first = text.split(" ", 1)[0]
    return text if any(letter.isupper() for letter in first[1:]) else text[:1].lower() + text[1:]


@register.filter
def phrases(titles: Iterable[str]) -> str:
    """{{ titles|phrases }} - titles as a list inside a sentence."""
    return ", ".join(uncapped(str(title)) for title in titles)


@register.simple_tag
def plural(n: int, one: str, many: str = "") -> str:
    """{% plural n "pilot" %} - 1 pilot, 2,133 pilots."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


# --- Row-level drawings ---------------------------------------------------------------------------
@register.simple_tag
def quarter_bar(
    days: int | None, stage: str = "", at_least: bool = False, width: int = bars.WIDTH
) -> SafeString:
    """{% quarter_bar days stage at_least %} - the signature: age towards the 91-day mark."""
    if days is None:
        return mark_safe('<span class="muted">age unknown</span>')
    return bars.quarter_bar(days, at_least=at_least, settled=stage in SETTLED, width=width)


@register.simple_tag
def health(code: str | None, since: int | None = None) -> SafeString:
    """{% health code days %} - declared health, under it how long ago; None: never updated."""
    chip = status(code or "")
    if not code and since is None:
        return chip
    return format_html('{}<small class="fresh">{}</small>', chip, ago(since or 0))


@register.filter
def ago(value: int | None) -> str:
    """{{ n|ago }} - today, 1 day ago, 23 days ago; None is "never"."""
    if value is None:
        return "never"
    return "today" if value == 0 else f"{bars.age_words(value)} ago"


@register.simple_tag
def status(code: str, word: str = "") -> SafeString:
    """{% status "at_risk" %} - colour, icon and word; `word` replaces the usual one."""
    return _status(code, word)


@cache
def _status(code: str, word: str) -> SafeString:
    usual, symbol = STATUS[code]
    return format_html(
        '<span class="st {}">{}{}</span>',
        code or "no_update",
        _icon(symbol),
        word or usual,
    )


@register.simple_tag
def owner(name: str | None, proposed: bool = False) -> SafeString:
    """{% owner name %} - the person, or a red "No owner"."""
    if not name:
        return _no_owner()
    return format_html("{}{}", name, " (proposed)" if proposed else "")


@cache
def _no_owner() -> SafeString:
    return format_html('<span class="lack">{} No owner</span>', _icon("alert"))


@register.simple_tag
def flag(word: str, severity: str = "M", snoozed: bool = False, title: str = "") -> SafeString:
    """{% flag "No owner" "H" %} - a finding as short words; H, M or L."""
    css = "snoozed" if snoozed else SEVERITY.get(severity, "medium")
    return _flag(word, css, title)


@cache
def _flag(word: str, css: str, title: str) -> SafeString:
    note = mark_safe(' <span class="vh">(snoozed)</span>') if css == "snoozed" else ""
    hint = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="fl {}"{}>{}{}{}</span>', css, hint, _icon("flag"), word, note)


@register.simple_tag
def share(part: int, whole: int) -> SafeString:
    """{% share part whole %} - a small bar and "42 %"."""
    return bars.share_bar(part, whole)


@register.simple_tag
def sparkline(
    values: Iterable[float], goal: float | None = None, label: str = "", width: int = 96
) -> SafeString:
    """{% sparkline values goal=target label="..." %} - readings in the order of time."""
    aim = None if goal is None else float(goal)
    return bars.sparkline([float(v) for v in values], goal=aim, label=label, width=width)


# --- Blocks ---------------------------------------------------------------------------------------
@register.simple_tag
def tile(value: Any, label: str, url: str = "", note: str = "") -> SafeString:
    """{% tile n "Stalled" url "2 more than last week" %} - a number that opens its rows."""
    shown = f"{value:,}" if isinstance(value, int) else value
    inside = format_html("<b>{}</b><span>{}</span>", shown, label)
    if note:
        inside += format_html("<small>{}</small>", note)
    if not url:
        return format_html('<div class="tile">{}</div>', inside)
    return format_html('<a class="tile" href="{}">{}</a>', url, inside)


@register.simple_tag
def field(bound: BoundField, label: str = "", optional: bool = False, css: str = "") -> SafeString:
    """{% field form.name %} - label, control, help, and the errors beside it."""
    check = isinstance(bound.field.widget, CheckboxInput)
    mark = mark_safe(' <span class="optional">optional</span>') if optional else ""
    name = format_html("{}{}", label or bound.label, mark)
    group = bound.field.widget.use_fieldset
    head = (
        bound.legend_tag(name, label_suffix="") if group else bound.label_tag(name, label_suffix="")
    )
    control = format_html('<div class="choices">{}</div>', bound) if group else str(bound)
    parts = [control, head] if check else [head, control]
    if bound.help_text and bound.auto_id:
        parts.append(
            format_html(
                '<span class="help" id="{}_helptext">{}</span>',
                bound.auto_id,
                bound.help_text,
            )
        )
    parts.append(str(bound.errors))
    tag, kind = ("fieldset" if group else "div"), ("field check" if check else "field")
    body = format_html_join("", "{}", ((mark_safe(p),) for p in parts if p))  # noqa: S308 - rendered
    return format_html('<{} class="{} {}">{}</{}>', tag, kind, css, body, tag)


@register.simple_tag
def form_errors(form: Any) -> SafeString:
    """{% form_errors form %} - what is wrong with the form as a whole."""
    errors = form.non_field_errors()
    if not errors:
        return mark_safe("")
    return format_html('<div class="form-error" role="alert">{}</div>', errors)


@register.simple_tag
def undo_address(message: Message) -> str:
    """The undo address of a toast made by common.htmx.toast, else ""."""
    extra = (message.extra_tags or "").partition(" ")[0]
    return extra.removeprefix("undo=") if extra.startswith("undo=/") else ""


@register.simple_tag
def undo_seconds(message: Message) -> str:
    """For how many seconds the undo of a toast is offered; "" is until it is closed."""
    return (message.extra_tags or "").partition(" for=")[2]


@register.simple_tag(takes_context=True)
def sort_head(
    context: template.Context, code: str, label: str, now: str, target: str = ""
) -> SafeString:
    """{% sort_head "age" "Age" sort "pilot-list" %} - a column head that sorts.

    `now` is the current sort ("age" or "-age"); with `target` htmx swaps that element.
    """
    down, active = now == f"-{code}", now.lstrip("-") == code
    query = context["request"].GET.copy()
    query["sort"] = code if down or not active else f"-{code}"
    query.pop("cursor", None)
    href = f"?{query.urlencode()}"
    arrow = _icon("down" if down else "up") if active else ""
    state = format_html(' aria-sort="{}"', "descending" if down else "ascending") if active else ""
    swap = (
        format_html(
            ' hx-get="{}" hx-target="#{}" hx-swap="outerHTML" hx-push-url="true"',
            href,
            target,
        )
        if target
        else ""
    )
    return format_html(
        '<th scope="col"{}><a href="{}"{}>{}{}</a></th>',
        state,
        href,
        swap,
        label,
        arrow,
    )
