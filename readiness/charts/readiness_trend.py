"""What the pilots of a choice have met on average, week by week."""

import plotly.graph_objects as go

from common.charts import AXIS, LAYOUT, PERCENT, Cell, Chart, Table, register_of_subject
from readiness.queries.trend import GroupTrend, Week, group_trend


def table(trend: GroupTrend) -> Table:
    return Table(
        ("End of", "Met on average", "Pilots", "With an answer", "Version"),
        tuple(
            (
                Cell(week.day.isoformat()), Cell(f"{week.percent} %"), Cell(week.pilots),
                Cell(week.answered), Cell(f"version {week.version}" if week.version else "none"),
            )
            for week in trend.weeks
        ),
        always=any(week.answered for week in trend.weeks),
    )  # fmt: skip


def words(trend: GroupTrend) -> str:
    if not trend.weeks:
        return "No pilots yet."
    first, last = trend.weeks[0], trend.weeks[-1]
    said = (
        f"{last.percent} % of what applies is met on average of the {last.pilots:,} pilots you can "
        f"see that are in these stages today; {first.percent} % of {first.pilots:,} of them on "
        f"{first.day:%-d %B %Y}. A pilot that nobody answered for has nothing met"
    )
    if trend.changes:
        days = ", ".join(f"version {number} on {day:%-d %B %Y}" for day, number in trend.changes)
        said += f". The list changed: {days}; what stands before counts other questions"
    return f"{said}."


def figure(trend: GroupTrend) -> go.Figure:
    """One line for each version of the list; none is drawn across a change."""
    drawing = go.Figure()
    versions = sorted({week.version for week in trend.weeks if week.version}) or [0]
    for version in versions:
        # Before the first answer there is no version; the first one's line begins there.
        counted = (0, version) if version == versions[0] else (version,)
        weeks = [week for week in trend.weeks if week.version in counted]
        drawing.add_scatter(
            x=[week.day.isoformat() for week in weeks], y=[week.percent for week in weeks],
            mode="lines+markers" if len(weeks) == 1 else "lines",
            line={"color": "var(--ink)", "width": 2.5}, hoverinfo="text",
            hovertext=[_said(week) for week in weeks],
        )  # fmt: skip
    drawing.update_layout(
        LAYOUT | {"margin": LAYOUT["margin"] | {"t": 28}},
        shapes=[
            {"type": "line", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1,
             "yref": "paper", "line": {"color": "var(--edge)", "width": 1, "dash": "dot"}}
            for day, _ in trend.changes
        ],
        annotations=[
            {"x": day.isoformat(), "y": 1, "yref": "paper", "yanchor": "bottom",
             "showarrow": False, "text": f"version {number}",
             "font": {"color": "var(--muted)", "size": 12}}
            for day, number in trend.changes
        ],
        xaxis=AXIS | {"type": "date", "showgrid": False},
        yaxis=AXIS | {"range": [-2, 102]} | PERCENT,
    )  # fmt: skip
    return drawing


def _said(week: Week) -> str:
    return f"{week.day:%-d %b %Y}: {week.percent} % of {week.pilots:,} pilots"


register_of_subject(
    Chart(
        code="readiness_trend",
        title="Readiness over the last year",
        load=lambda subject, as_of: group_trend(subject[0], subject[1], as_of),
        table=table,
        words=words,
        figure=figure,
        nothing="Nothing is answered yet. The first answer begins the curve.",
        height=280,
    )
)
