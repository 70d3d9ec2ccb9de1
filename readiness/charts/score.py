"""The score of a pilot over time: the lower side, which rules, and both sides."""

from datetime import timedelta
from typing import Any

import plotly.graph_objects as go

from common.charts import AXIS, LAYOUT, PERCENT, Cell, Chart, Table, register_of_subject
from readiness.queries.trend import RULING, TITLES, PilotTrend, Point, pilot_trend

SHORTEST = timedelta(days=14)
LINES: dict[str, dict[str, Any]] = {
    RULING: {"color": "var(--ink)", "width": 3},
    "technical": {"color": "var(--shipped)", "width": 1.5, "dash": "dash"},
    "organisational": {"color": "var(--bar)", "width": 1.5, "dash": "dot"},
}


def table(trend: PilotTrend) -> Table:
    return Table(
        ("From", "Version", *TITLES.values()),
        tuple(
            (
                Cell(point.day.isoformat()), Cell(f"version {point.version}"),
                *(Cell(_said(point, name)) for name in TITLES),
            )
            for point in trend.points
        ),
        always=bool(trend.points),
    )  # fmt: skip


def _said(point: Point, name: str) -> str:
    share = point.shares.get(name)
    return f"{share.met} of {share.total}" if share else "not asked"


def words(trend: PilotTrend) -> str:
    if not trend.points:
        return "Nothing is answered yet."
    first, last = trend.points[0], trend.points[-1]
    said = (
        f"{trend.title}: {_said(last, RULING)} on the side that is further back since "
        f"{last.day:%-d %B %Y}; "
        f"it was {_said(first, RULING)} on {first.day:%-d %B %Y}"
    )
    changed = [stretch[0] for stretch in trend.stretches[1:]]
    if changed:
        days = ", ".join(f"version {point.version} on {point.day:%-d %B %Y}" for point in changed)
        said += f". The list changed: {days}; what stands before it counts other questions"
    return f"{said}."


def figure(trend: PilotTrend) -> go.Figure:
    """Steps, one line for each side and version: no line is drawn across a change of version."""
    drawing = go.Figure()
    stretches = trend.stretches
    for number, stretch in enumerate(stretches):
        nextly = stretches[number + 1][0].day if number + 1 < len(stretches) else trend.until
        for name, title in TITLES.items():
            known = [point for point in stretch if name in point.shares]
            if known:
                _steps(drawing, known, name, title, nextly, first=number == 0)
    changes = [stretch[0] for stretch in stretches[1:]]
    drawing.update_layout(
        LAYOUT | {"margin": LAYOUT["margin"] | {"t": 28}},
        showlegend=True,
        legend={"orientation": "h", "y": -0.2, "x": 0, "itemclick": False},
        shapes=[
            {"type": "line", "x0": point.day.isoformat(), "x1": point.day.isoformat(), "y0": 0,
             "y1": 1, "yref": "paper", "line": {"color": "var(--edge)", "width": 1, "dash": "dot"}}
            for point in changes
        ],
        annotations=[
            {"x": point.day.isoformat(), "y": 1, "yref": "paper", "yanchor": "bottom",
             "showarrow": False, "text": f"version {point.version}",
             "font": {"color": "var(--muted)", "size": 12}}
            for point in changes
        ],
        xaxis=AXIS | {"type": "date", "showgrid": False} | _room(trend),
        yaxis=AXIS | {"range": [-2, 102]} | PERCENT,
    )  # fmt: skip
    return drawing


def _room(trend: PilotTrend) -> dict[str, Any]:
    """Two weeks at least, so that a curve that began today is not told in milliseconds."""
    begun = [stretch[0].day for stretch in trend.stretches]
    if not begun or trend.until - begun[0] >= SHORTEST:
        return {}
    return {"range": [(trend.until - SHORTEST).isoformat(), trend.until.isoformat()]}


def _steps(
    drawing: go.Figure, points: list[Point], name: str, title: str, until: Any, *, first: bool
) -> None:
    shares = [point.shares[name] for point in points]
    days = [point.day.isoformat() for point in points] + [until.isoformat()]
    said = [f"{title}: {share.met} of {share.total}" for share in (*shares, shares[-1])]
    drawing.add_scatter(
        x=days, y=[round(100 * share.ratio, 1) for share in (*shares, shares[-1])],
        mode="lines+markers" if len(points) == 1 else "lines", marker={"size": 5},
        line=LINES[name] | {"shape": "hv"}, name=title, showlegend=first, legendgroup=name,
        hovertext=said, hoverinfo="text+x",
    )  # fmt: skip


register_of_subject(
    Chart(
        code="score",
        title="The score over time",
        load=lambda subject, as_of: pilot_trend(subject[0], subject[1], as_of),
        table=table,
        words=words,
        figure=figure,
        nothing="Nothing is answered on this list yet. The first answer begins the curve.",
        height=300,
    )
)
