"""Small drawings as inline SVG: the quarter bar, a share, a sparkline.

Geometry stands in attributes, never in a style attribute (strict CSP). Pure; called
once per row, so each is one string operation and no template.
"""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

QUARTER = 91  # days; the fixed mark
WIDTH = 96  # px of a bar in a list row
_MARK = 0.55  # where the mark stands, as a share of the width
_FULL = 3 * QUARTER  # days at which the bar reaches its end


def quarter_x(days: int, width: int = WIDTH) -> float:
    """Where `days` end on a bar: linear to the mark, then compressed, capped at the end."""
    mark = width * _MARK
    if days <= QUARTER:
        return round(max(days, 0) / QUARTER * mark, 1)
    past = min(days - QUARTER, _FULL - QUARTER) / (_FULL - QUARTER)
    return round(mark + past * (width - mark), 1)


def quarter_bar(
    days: int, *, at_least: bool = False, settled: bool = False, width: int = WIDTH
) -> SafeString:
    """An age as a bar towards the mark at 91 days, hatched past it, and its words."""
    css = "age calm" if settled else "age over" if days > QUARTER else "age"
    line = quarter_line(days, at_least=at_least, settled=settled, width=width)
    return mark_safe(f'<span class="{css}">{line}{age_words(days, at_least=at_least)}</span>')  # noqa: S308


def quarter_line(
    days: int, *, at_least: bool = False, settled: bool = False, width: int = WIDTH
) -> SafeString:
    """Only the bar; its words stand elsewhere.

    `at_least`: the entry date is unknown and `days` a lower bound (dotted bar).
    `settled`: production and ended stages, where the line means nothing: a plain bar.
    """
    x = quarter_x(days, width)
    mark = round(width * _MARK, 1)
    solid = min(x, mark) if not settled else x
    kind = ' class="u"' if at_least else ""
    over = "" if settled or days <= QUARTER else f'<path class="h" d="M{mark} 7H{x}"/>'
    line = "" if settled else f'<path class="m" d="M{mark} 0V14"/>'
    return mark_safe(  # noqa: S308 - numbers and constants only
        f'<svg class="qb" width="{width}" height="14" aria-hidden="true">'
        f'<path class="t" d="M0 7H{width}"/><path{kind} d="M0 7H{solid}"/>{over}{line}</svg>'
    )


def row_line(days: int, *, at_least: bool = False, settled: bool = False) -> str:
    """The bar of a list row. Track, mark and hatch are the style sheet's, in whole pixels, so that
    rows stay light."""
    x = quarter_x(days)
    solid = x if settled else min(x, WIDTH * _MARK)
    kind = ' class="u"' if at_least else ""
    past = not settled and days > QUARTER
    over = f'<path d="M{WIDTH * _MARK:.0f} 7H{x:.0f}"/>' if past else ""
    css = "qb row calm" if settled else "qb row"
    return f'<svg class="{css}" aria-hidden="true"><path{kind} d="M0 7H{solid:.0f}"/>{over}</svg>'


def age_words(days: int, *, at_least: bool = False) -> str:
    """ "1 day", "1,204 days", "at least 30 days"; "known since today" when nobody knows the day
    it began and today is the first that anybody knows of."""
    if at_least and days == 0:
        return "known since today"
    words = "1 day" if days == 1 else f"{days:,} days"
    return f"at least {words}" if at_least else words


def share_bar(part: int, whole: int, *, width: int = 48) -> SafeString:
    """A share as a bar and a percentage; no whole is said, not drawn as zero."""
    if whole <= 0:
        return mark_safe('<span class="muted">none to count</span>')
    filled = round(part / whole * width, 1)
    return mark_safe(  # noqa: S308 - numbers and constants only
        f'<span class="share"><svg width="{width}" height="8" aria-hidden="true">'
        f'<rect width="{width}" height="8"/><rect width="{filled}" height="8"/></svg>'
        f"{percent(part, whole)}</span>"
    )


def percent(part: int, whole: int) -> str:
    """Whole percents; never "0 %" for something and never "100 %" for not all."""
    if whole <= 0:
        return "unknown"
    if part == 0 or part == whole:
        return "0 %" if part == 0 else "100 %"
    share = 100 * part / whole
    if share < 1:
        return "under 1 %"
    return "over 99 %" if share > 99 else f"{share:.0f} %"


def sparkline(
    values: Sequence[float],
    *,
    goal: float | None = None,
    width: int = 96,
    height: int = 24,
    label: str = "",
) -> SafeString:
    """Values in the order of time as a line, the last one as a dot, the goal dashed."""
    if not values:
        return mark_safe('<span class="muted">no readings</span>')
    every = [*values, *([] if goal is None else [goal])]
    low, high = min(every), max(every)
    spread = (high - low) or 1.0
    step = width / max(len(values) - 1, 1)

    def y(value: float) -> float:
        middle = high == low
        return height / 2 if middle else round(2 + (high - value) / spread * (height - 4), 1)

    points = [(round(i * step, 1), y(v)) for i, v in enumerate(values)]
    if len(points) == 1:
        points = [(0.0, points[0][1]), (float(width), points[0][1])]
    path = "M" + "L".join(f"{x:g} {v:g}" for x, v in points)
    aim = "" if goal is None else f'<path class="goal" d="M0 {y(goal):g}H{width}"/>'
    return format_html(
        '<svg class="spark" width="{}" height="{}" role="img" aria-label="{}">'
        '{}<path d="{}"/><circle cx="{}" cy="{}" r="2.5"/></svg>',
        width,
        height,
        label or f"{len(values)} readings, the last is {values[-1]:g}",
        mark_safe(aim),  # noqa: S308 - numbers only
        path,
        f"{points[-1][0]:g}",
        f"{points[-1][1]:g}",
    )
