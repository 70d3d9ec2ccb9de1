"""Stalled and ownerless by unit; drawn on the page as a table with bars, here as a figure."""

import plotly.graph_objects as go

from common.charts import AXIS, LAYOUT, PERCENT, Cell, Chart, Table, register
from portfolio.queries.overview import Numbers, load
from portfolio.queries.overview_page import UNITS, UnitShare, build

NAME = 34  # characters of a unit's name that fit beside its bars


def table(numbers: Numbers) -> Table:
    return Table(
        ("Unit", "Active", "Stalled", "No owner"),
        tuple(
            (
                Cell(unit.name, unit.url),
                Cell(unit.active, unit.url),
                Cell(unit.stalled, unit.stalled_url),
                Cell(unit.no_owner, unit.no_owner_url),
            )
            for unit in build(numbers).units
        ),
    )


def words(numbers: Numbers) -> str:
    page = build(numbers)
    if page.other_units:
        return (
            f"The {UNITS} units with the most active pilots; {page.other_units:,} more have some."
        )
    return "Active pilots by unit, the largest first."


def figure(numbers: Numbers) -> go.Figure:
    units = build(numbers).units[::-1]
    # Names cut to the same letters must stay two bars: invisible letters tell them apart.
    names = [_short(unit) + "\u200b" * i for i, unit in enumerate(units)]
    drawing = go.Figure()
    hollow = {"color": "var(--paper)", "line": {"color": "var(--ink)", "width": 1.5}}
    for title, parts, urls, marker in (
        ("no owner", [u.no_owner for u in units], [u.no_owner_url for u in units], hollow),
        ("stalled", [u.stalled for u in units], [u.stalled_url for u in units],
         {"color": "var(--bar)"}),
    ):  # fmt: skip
        drawing.add_bar(
            orientation="h", y=names, name=title, marker=marker, customdata=urls,
            x=[round(100 * n / u.active, 1) for n, u in zip(parts, units, strict=True)],
            hovertext=[f"{u.name}: {n:,} of {u.active:,} {title}"
                       for n, u in zip(parts, units, strict=True)],
            hoverinfo="text",
        )  # fmt: skip
    drawing.update_layout(
        LAYOUT | {"barmode": "group", "bargap": 0.35},
        showlegend=True,
        legend={
            "orientation": "h",
            "y": -0.1,
            "x": 0,
            "traceorder": "reversed",
            "itemclick": False,
        },
        xaxis=AXIS | {"range": [0, 101]} | PERCENT,
        yaxis=AXIS | {"showgrid": False, "tickfont": {"color": "var(--ink)"}},
    )
    return drawing


def _short(unit: UnitShare) -> str:
    return unit.name if len(unit.name) <= NAME else unit.name[: NAME - 1].rstrip() + "…"


register(
    Chart(
        code="units",
        title="Stalled and ownerless by unit",
        load=load,
        table=table,
        words=words,
        figure=figure,
        nothing="No active pilots yet.",
        height=420,
    )
)
