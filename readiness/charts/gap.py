"""The eight factors between a PoC and production: shown, said and asked, from 0 to 4."""

import plotly.graph_objects as go
from django.urls import reverse

from common.charts import AXIS, LAYOUT, Cell, Chart, Table, register_of_subject
from readiness.queries.gap import ASKED, LIST, Gap, Gaps, gaps


def there(found: Gaps) -> str:
    """The address of the list that shows it."""
    return reverse("pilot-checklist", args=[found.pilot.ref, LIST])


def table(found: Gaps) -> Table:
    return Table(
        ("Factor", "Evidence, 0 to 4", "Questions met", "Self-check, 0 to 4", "Production asks"),
        tuple(
            (
                Cell(gap.label, f"{there(found)}?factor={gap.factor}"), Cell(f"{gap.evidence:g}"),
                Cell(f"{gap.share.met} of {gap.share.total}"),
                Cell("not said" if gap.said is None else f"{gap.said:g}"), Cell(ASKED),
            )
            for gap in found.factors
        ),
        always=True,
    )  # fmt: skip


def words(found: Gaps) -> str:
    widest = min(found.factors, key=lambda gap: gap.evidence)
    said = (
        f"The widest gap: {widest.label.lower()}, {widest.share.met} of {widest.share.total} met. "
        f"A bar is four times the share of a factor's questions on the full list that are met"
    )
    if found.checked_on is None:
        return f"{said}. No self-check is finished yet, so nobody has said where the team stands."
    flattered = [gap.label.lower() for gap in found.factors if gap.flattered]
    if flattered:
        said += f". The self-check says a rung or more than can be shown of: {', '.join(flattered)}"
    return f"{said}. Self-check of {found.checked_on:%-d %B %Y}."


def figure(found: Gaps) -> go.Figure:
    """A row for each factor: a bar of evidence, a diamond of what is said, a line at 4."""
    drawing = go.Figure()
    rows = found.factors[::-1]
    names = [gap.label for gap in rows]
    drawing.add_bar(
        orientation="h", y=names, x=[gap.evidence for gap in rows], width=0.45,
        marker={"color": "var(--bar)"}, name="evidence", hovertext=[_said(g) for g in rows],
        hoverinfo="text", customdata=[f"{there(found)}?factor={gap.factor}" for gap in rows],
    )  # fmt: skip
    told = [gap for gap in rows if gap.said is not None]
    for gap in told:
        drawing.add_scatter(
            x=[gap.evidence, gap.said], y=[gap.label, gap.label], mode="lines",
            line={"color": "var(--edge)", "width": 1.5, "dash": "dot"}, showlegend=False,
            hoverinfo="skip",
        )  # fmt: skip
    if told:
        drawing.add_scatter(
            x=[gap.said for gap in told], y=[gap.label for gap in told], mode="markers",
            name="self-check", hovertext=[_said(gap) for gap in told], hoverinfo="text",
            marker={"symbol": "diamond-open", "size": 12, "color": "var(--ink)",
                    "line": {"width": 2}},
        )  # fmt: skip
    drawing.add_scatter(
        x=[ASKED] * len(names), y=names, mode="lines", name="production asks", hoverinfo="skip",
        line={"color": "var(--ink)", "width": 2},
    )  # fmt: skip
    drawing.update_layout(
        LAYOUT,
        showlegend=True,
        legend={"orientation": "h", "y": -0.12, "x": 0, "itemclick": False},
        xaxis=AXIS | {"range": [0, 4.25], "tickvals": [0, 1, 2, 3, 4]},
        yaxis=AXIS | {"showgrid": False, "tickfont": {"color": "var(--ink)"}, "type": "category"},
    )
    return drawing


def _said(gap: Gap) -> str:
    said = "" if gap.said is None else f"; self-check {gap.said:g}"
    return f"{gap.label}: evidence {gap.evidence:g}, {gap.share.met} of {gap.share.total}{said}"


register_of_subject(
    Chart(
        code="gap",
        title="The gap to production",
        load=lambda subject, as_of: gaps(subject[0], as_of),
        table=table,
        words=words,
        figure=figure,
        nothing="No question applies.",
        height=380,
    )
)
