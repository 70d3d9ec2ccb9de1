"""What is missing: the share that stands still, has no owner, no update, no metric, no date."""

import plotly.graph_objects as go

from common.bars import percent
from common.charts import AXIS, LAYOUT, PERCENT, Cell, Chart, Table, register
from portfolio.queries.overview import Numbers, load, rows
from portfolio.queries.overview_page import share_rows


def table(numbers: Numbers) -> Table:
    return Table(
        ("What is missing", "Pilots", "Of", "Share"),
        tuple(
            (
                Cell(name),
                Cell(part, rows(**where)),
                Cell(f"{whole:,} {what}"),
                Cell(percent(part, whole)),
            )
            for name, part, whole, what, where in share_rows(numbers)
        ),
    )


def words(numbers: Numbers) -> str:
    known = [row for row in share_rows(numbers) if row[2]]
    if not known:
        return "There is nothing to measure yet."
    name, part, whole, what, _ = max(known, key=lambda row: row[1] / row[2])
    return f"The widest gap: {name[:1].lower()}{name[1:]}, {part:,} of {whole:,} {what}."


def figure(numbers: Numbers) -> go.Figure:
    found = share_rows(numbers)[::-1]
    shares = [min(100, 100 * part / whole) if whole else 0 for _, part, whole, _, _ in found]
    drawing = go.Figure()
    drawing.add_bar(
        orientation="h",
        y=[name for name, *_ in found],
        x=[round(share, 1) for share in shares],
        marker={"color": "var(--bar)"},
        text=[f" {percent(part, whole)}" for _, part, whole, _, _ in found],
        textposition="outside",
        cliponaxis=False,
        customdata=[rows(**where) for *_, where in found],
        hovertext=[f"{name}: {part:,} of {whole:,} {what}" for name, part, whole, what, _ in found],
        hoverinfo="text",
    )
    drawing.update_layout(
        LAYOUT | {"bargap": 0.5},
        xaxis=AXIS | {"range": [0, 112]} | PERCENT,
        yaxis=AXIS | {"showgrid": False, "tickfont": {"color": "var(--ink)"}},
    )
    return drawing


register(
    Chart(
        code="gaps",
        title="What is missing",
        load=load,
        table=table,
        words=words,
        figure=figure,
        nothing="No active pilots yet.",
        height=300,
    )
)
