"""Charts: one registered thing gives the figure, its table, its CSV and its sentence.

A chart is a file in an app's `charts/` folder. It loads its numbers once, as a person may
see them, and turns the same numbers into a Plotly figure and into a table, so that the two
cannot disagree. Colours in figures are names of tokens, `var(--bar)`; the browser fills
them in for the theme it shows.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from common import clock
from common.registry import Registry

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_BYTES = 50_000  # A figure is a summary; more than this is a table in disguise.

LAYOUT: dict[str, Any] = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"color": "var(--ink)", "size": 13},
    "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    "showlegend": False,
    "dragmode": False,
    "hoverlabel": {"bgcolor": "var(--ink)", "font": {"color": "var(--paper)"}},
}
AXIS: dict[str, Any] = {
    "automargin": True,
    "fixedrange": True,
    "zeroline": False,
    "gridcolor": "var(--line)",
    "linecolor": "var(--line)",
    "tickfont": {"color": "var(--muted)", "size": 12},
}
# With chosen ticks a suffix is not drawn, so that each is written out.
PERCENT: dict[str, Any] = {
    "tickvals": [0, 25, 50, 75, 100], "ticktext": ["0 %", "25 %", "50 %", "75 %", "100 %"],
}  # fmt: skip
LINE: dict[str, Any] = {"color": "var(--ink)", "width": 2}
HATCH: dict[str, Any] = {"shape": "/", "fgcolor": "var(--ink)", "bgcolor": "var(--line)", "size": 5}


@dataclass(frozen=True)
class Cell:
    """A number or word of a table; `url` opens the rows behind it."""

    text: str | int
    url: str = ""


@dataclass(frozen=True)
class Table:
    """What a chart shows, in rows; the first column names the row. Without a number above zero it
    is empty, unless `always`."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    always: bool = False

    @property
    def empty(self) -> bool:
        return not self.always and not any(
            isinstance(c.text, int) and c.text for row in self.rows for c in row
        )


@dataclass(frozen=True)
class Chart:
    """`load` gives the numbers a person may see; `figure` returns a plotly figure or its dict.

    `words` says in one sentence what the chart shows, for those who read no charts.
    `height` in pixels is kept free before the figure is there.
    """

    code: str
    title: str
    load: Callable[[Any, date], Any]
    table: Callable[[Any], Table]
    words: Callable[[Any], str]
    figure: Callable[[Any], Any]
    nothing: str
    height: int = 320


charts: Registry[Chart] = Registry("chart")


subject_charts: Registry[Chart] = Registry("chart of a subject")
"""Charts of a pilot or of a choice of pilots: `load` gets that instead of a person."""


def register(chart: Chart) -> Chart:
    return charts.register(chart.code, chart)


def register_of_subject(chart: Chart) -> Chart:
    return subject_charts.register(chart.code, chart)


def loaded(request: HttpRequest, load: Callable[[Any, date], Any]) -> Any:
    """The numbers of `load` for this request: the page and its charts share one loading."""
    kept: dict[Callable[..., Any], Any] = request.__dict__.setdefault("_chart_numbers", {})
    if load not in kept:
        kept[load] = load(request.user, clock.today())
    return kept[load]


def as_json(chart: Chart, numbers: Any) -> str:
    """The figure as strict JSON. ValueError for NaN, infinity or a figure that is too large."""
    figure = chart.figure(numbers)
    content = figure if isinstance(figure, dict) else figure.to_plotly_json()
    content.get("layout", {}).pop("template", None)
    text = json.dumps(content, allow_nan=False, separators=(",", ":"))
    if len(text) > MOST_BYTES:
        raise ValueError(f"The figure of chart {chart.code!r} has {len(text)} bytes.")
    return text


def as_csv(chart: Chart, numbers: Any) -> str:
    """The table as CSV; text that a spreadsheet would run as a formula is quoted."""
    table = chart.table(numbers)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.head)
    writer.writerows([_harmless(cell.text) for cell in row] for row in table.rows)
    return out.getvalue()


def _harmless(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
