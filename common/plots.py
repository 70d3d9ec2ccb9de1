"""A line over time as SVG, as wide as its place, with a baseline and a target.

Drawn without a script, so that it is there at once and on paper. Its words stand beside it in
HTML: only strokes are stretched, and those keep their width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, ROOM = 1_000, 200, 12


@dataclass(frozen=True, slots=True)
class Plot:
    """`top` and `bottom` are the values at the upper and lower edge of the drawing."""

    svg: SafeString
    top: Decimal
    bottom: Decimal
    first: date
    last: date


def over_time(
    points: Sequence[tuple[date, Decimal]], *, baseline: Decimal | None, target: Decimal | None,
    label: str,
) -> Plot | None:  # fmt: skip
    """Points in the order of time; None when there are none. `label` says it in words."""
    if not points:
        return None
    levels = [level for level in (baseline, target) if level is not None]
    every = [value for _, value in points] + levels
    low, high = min(every), max(every)
    first, last = points[0][0], points[-1][0]
    days = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(WIDTH * (day - first).days / days, 1) if first != last else WIDTH / 2

    def y(value: Decimal) -> float:
        if high == low:
            return HEIGHT / 2
        share = float((high - value) / (high - low))
        return round(ROOM + share * (HEIGHT - 2 * ROOM), 1)

    places = [f"{x(day):g} {y(value):g}" for day, value in points]
    line = f'<path class="l" d="M{"L".join(places)}"/>' if len(places) > 1 else ""
    dots = f'<path class="d" d="{"".join(f"M{place}h0" for place in places)}"/>'
    marks = "".join(
        f'<path class="{css}" d="M0 {y(level):g}H{WIDTH}"/>'
        for css, level in (("b", baseline), ("g", target))
        if level is not None
    )
    svg = format_html(
        '<svg class="plot" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, label, mark_safe(marks + line + dots),  # noqa: S308 - numbers only
    )  # fmt: skip
    return Plot(svg, high, low, first, last)
