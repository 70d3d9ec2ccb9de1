"""Ageing by stage: how many pilots are how old in their stage, and the quarter line."""

from typing import Any

import plotly.graph_objects as go

from common.charts import AXIS, HATCH, LAYOUT, LINE, Cell, Chart, Table, register
from portfolio.models import ACTIVE_STAGES, Stage
from portfolio.queries.figures import CLASS, OLDEST, UNKNOWN, class_days
from portfolio.queries.overview import Numbers, age_rows, load, rows

QUARTER = 91
AT_OVER, AT_UNKNOWN = 390, 436  # where the bars of "over a year" and "unknown" stand
NONE = Cell(0)
CLASSES = (*range(OLDEST + 1), UNKNOWN)


def cell(numbers: Numbers, stage: Stage, age: int) -> Cell:
    counts = numbers.groups.get((stage, age))
    if counts is None:
        return NONE
    if age == UNKNOWN:
        url = rows(stage=stage, entered="unknown")
    else:
        url = age_rows(numbers.as_of, *class_days(age), stage=stage)
    return Cell(counts.pilots, url)


def label(age: int) -> str:
    if age == UNKNOWN:
        return "Age unknown"
    first, last = class_days(age)
    return f"{first} to {last} days" if last else "Over 364 days"


def table(numbers: Numbers) -> Table:
    head = ("Age in stage", *(stage.label for stage in ACTIVE_STAGES))
    return Table(
        head,
        tuple(
            (Cell(label(age)), *(cell(numbers, stage, age) for stage in ACTIVE_STAGES))
            for age in CLASSES
            if any((stage, age) in numbers.groups for stage in ACTIVE_STAGES)
        ),
    )


def words(numbers: Numbers) -> str:
    poc = {age: int(cell(numbers, Stage.POC, age).text) for age in CLASSES}
    past = sum(n for age, n in poc.items() if age != UNKNOWN and class_days(age)[0] > QUARTER)
    every = sum(poc.values())
    if not every:
        return "Nothing is in PoC."
    said = f"Of {every:,} in PoC, {past:,} are older than a quarter, {poc[OLDEST]:,} than a year"
    if poc[UNKNOWN]:
        said = f"{said}; {poc[UNKNOWN]:,} began nobody knows when"
    return f"{said}. Each stage has its own scale."


def figure(numbers: Numbers) -> go.Figure:
    """One strip of bars per stage, all on the same days, the quarter line through all of them."""
    drawing = go.Figure()
    count = len(ACTIVE_STAGES)
    axes: dict[str, Any] = {}
    notes = []
    for i, stage in enumerate(ACTIVE_STAGES):
        top = 1 - i / count
        name = "" if i == 0 else str(i + 1)
        axes[f"yaxis{name}"] = AXIS | {
            "domain": [max(0, top - 1 / count), top - 0.2 / count],
            "showticklabels": False, "showgrid": False, "rangemode": "tozero", "anchor": "x",
            "zeroline": True, "zerolinecolor": "var(--edge)",
        }  # fmt: skip
        for bars in _strip(numbers, stage):
            drawing.add_bar(**bars, yaxis=f"y{name}")
        every = sum(int(cell(numbers, stage, age).text) for age in CLASSES)
        notes.append(
            {
                "x": -0.02, "xref": "paper", "xanchor": "right", "y": top - 1 / count,
                "yref": "paper", "yanchor": "bottom", "showarrow": False, "align": "right",
                "text": f"{stage.label}<br>{every:,}",
            }
        )  # fmt: skip
    last = "" if count == 1 else str(count)
    quarter = {"type": "line", "x0": QUARTER + 0.5, "x1": QUARTER + 0.5, "y0": 0, "y1": 1}
    drawing.update_layout(
        LAYOUT | axes | {"margin": LAYOUT["margin"] | {"l": 84, "b": 36}},
        barmode="overlay",
        bargap=0,
        annotations=notes,
        shapes=[quarter | {"yref": "paper", "line": LINE}],
        xaxis=AXIS
        | {
            "range": [-4, AT_UNKNOWN + 22], "anchor": f"y{last}", "showgrid": False,
            "tickvals": [0, QUARTER, 182, 273, AT_OVER, AT_UNKNOWN],
            "ticktext": ["0", "91 days", "182", "273", "1 year +", "?"],
            "tickangle": 0,
        },
    )  # fmt: skip
    return drawing


def _strip(numbers: Numbers, stage: Stage) -> list[dict[str, Any]]:
    """Bars of one stage: within the quarter, past it, unknown. Production knows no quarter."""
    line = 0 if stage == Stage.PRODUCTION else QUARTER
    classes = range(OLDEST + 1)
    within = [age for age in classes if not line or class_days(age)[0] <= line]
    past = [age for age in classes if age not in within]
    hollow = {"color": "var(--paper)", "line": {"color": "var(--edge)", "width": 1.5}}
    return [
        _bars(numbers, stage, within, {"color": "var(--bar)"}),
        _bars(numbers, stage, past, {"color": "var(--line)", "pattern": HATCH}),
        _bars(numbers, stage, [UNKNOWN], hollow),
    ]


def _bars(
    numbers: Numbers, stage: Stage, ages: list[int], marker: dict[str, Any]
) -> dict[str, Any]:
    cells = [cell(numbers, stage, age) for age in ages]
    both = zip(ages, cells, strict=True)
    said = [f"{stage.label}, {label(age).lower()}: {c.text:,}" for age, c in both]
    return {
        "x": [_place(age) for age in ages],
        "y": [int(c.text) for c in cells],
        "width": [CLASS - 2 if age not in (OLDEST, UNKNOWN) else 2 * CLASS - 4 for age in ages],
        "customdata": [c.url for c in cells],
        "hovertext": said,
        "hoverinfo": "text",
        "marker": marker,
    }


def _place(age: int) -> float:
    if age == UNKNOWN:
        return AT_UNKNOWN
    return AT_OVER if age == OLDEST else age * CLASS + (CLASS + 1) / 2


register(
    Chart(
        code="ageing",
        title="How long they have been in their stage",
        load=load,
        table=table,
        words=words,
        figure=figure,
        nothing="No active pilots yet.",
        height=360,
    )
)
