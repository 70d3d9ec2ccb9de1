"""Pilots by stage: within a quarter, past the quarter line, or of unknown age."""

from dataclasses import dataclass

import plotly.graph_objects as go

from common.charts import AXIS, HATCH, LAYOUT, Cell, Chart, Table, register
from portfolio.models import ACTIVE_STAGES, Stage
from portfolio.queries.figures import UNKNOWN, class_days
from portfolio.queries.overview import Numbers, age_rows, load, rows

QUARTER = 91


@dataclass(frozen=True)
class Bar:
    """One stage; each number with the address of its rows."""

    stage: Stage
    within: Cell
    past: Cell
    unknown: Cell
    all: Cell


def bars(numbers: Numbers) -> list[Bar]:
    found = []
    for stage in ACTIVE_STAGES:
        counts = {age: c.pilots for (s, age), c in numbers.groups.items() if s == stage}
        unknown = counts.pop(UNKNOWN, 0)
        past = sum(n for age, n in counts.items() if class_days(age)[0] > QUARTER)
        within = sum(counts.values()) - past
        day = numbers.as_of
        found.append(
            Bar(
                stage,
                Cell(within, age_rows(day, 0, QUARTER, stage=stage)),
                Cell(past, age_rows(day, QUARTER + 1, None, stage=stage)),
                Cell(unknown, rows(stage=stage, entered="unknown")),
                Cell(within + past + unknown, rows(stage=stage)),
            )
        )
    return found


def table(numbers: Numbers) -> Table:
    head = ("Stage", "Up to 91 days", "Over 91 days", "Age unknown", "All")
    return Table(
        head,
        tuple((Cell(b.stage.label), b.within, b.past, b.unknown, b.all) for b in bars(numbers)),
    )


def words(numbers: Numbers) -> str:
    found = [b for b in bars(numbers) if b.stage != Stage.PRODUCTION]
    past, every = sum(int(b.past.text) for b in found), sum(int(b.all.text) for b in found)
    unknown = sum(int(b.unknown.text) for b in found)
    if not every:
        return "Everything active is in production."
    said = f"{past:,} of {every:,} before production are past the quarter line in their stage"
    return f"{said}; of {unknown:,} the age is unknown." if unknown else f"{said}."


def figure(numbers: Numbers) -> go.Figure:
    found = bars(numbers)[::-1]
    names = [b.stage.label for b in found]
    drawing = go.Figure()
    plain = {"color": "var(--bar)", "line": {"color": "var(--paper)", "width": 1}}
    unknown = {"color": "var(--paper)", "line": {"color": "var(--edge)", "width": 1.5}}
    hatched = {"color": "var(--line)", "pattern": HATCH}
    none = Cell(0)
    live = [b.past if b.stage == Stage.PRODUCTION else none for b in found]
    late = [b.past if b.stage != Stage.PRODUCTION else none for b in found]
    for title, part, marker in (
        ("up to 91 days", [b.within for b in found], plain),
        # Production knows no quarter: there an old age is what one hopes for.
        ("over 91 days, in production", live, plain),
        ("over 91 days", late, hatched),
        ("age unknown", [b.unknown for b in found], unknown),
    ):
        drawing.add_bar(
            orientation="h", y=names, x=[int(c.text) for c in part], name=title, marker=marker,
            showlegend=part is not live,
            customdata=[c.url for c in part], text=[f"{c.text:,}" if c.text else "" for c in part],
            textposition="none", hovertemplate="%{y}: %{x} " + title + "<extra></extra>",
        )  # fmt: skip
    totals = [
        {
            "x": int(b.all.text), "y": b.stage.label, "text": f" {b.all.text:,}",
            "showarrow": False, "xanchor": "left",
        }
        for b in found
    ]  # fmt: skip
    drawing.update_layout(
        LAYOUT | {"barmode": "stack", "bargap": 0.45, "annotations": totals},
        showlegend=True,
        legend={"orientation": "h", "y": -0.12, "x": 0, "traceorder": "normal", "itemclick": False},
        xaxis=AXIS | {"rangemode": "tozero"},
        yaxis=AXIS | {"showgrid": False, "tickfont": {"color": "var(--ink)"}},
    )
    return drawing


register(
    Chart(
        code="stages",
        title="Pilots by stage and age",
        load=load,
        table=table,
        words=words,
        figure=figure,
        nothing="No active pilots yet.",
        height=300,
    )
)
