"""Why pilots ended, year by year: most failures are readiness, not the model (source map C21)."""

from urllib.parse import urlencode

import plotly.graph_objects as go
from django.urls import reverse

from common.charts import AXIS, LAYOUT, Cell, Chart, Table, register
from readiness.queries.lessons import FAMILIES, Year, by_year

# From dark to light: the colours of status are for status.
COLOURS = {
    "technology": "var(--ink)",
    "data": "var(--bar)",
    "plan": "var(--edge)",
    "organisation": "var(--line)",
}

Years = tuple[Year, ...]


def _rows(year: int, family: str = "") -> str:
    asked = {"year": year, **({"family": family} if family else {})}
    return f"{reverse('lessons')}?{urlencode(asked)}"


def table(years: Years) -> Table:
    return Table(
        ("Year", *FAMILIES.values(), "All"),
        tuple(
            (
                Cell(str(one.year)),
                *(Cell(n := one.counts.get(code, 0), _rows(one.year, code) if n else "")
                  for code in FAMILIES),
                Cell(sum(one.counts.values()), _rows(one.year)),
            )
            for one in reversed(years)
        ),
    )  # fmt: skip


def words(years: Years) -> str:
    sums = {code: sum(one.counts.get(code, 0) for one in years) for code in FAMILIES}
    total = sum(sums.values())
    if not total:
        return "No pilot has ended with its reason written down."
    most = max(sums, key=lambda code: sums[code])
    since = f" since {years[0].year}" if len(years) > 1 else f" in {years[0].year}"
    return (
        f"{FAMILIES[most]} weighed most in {sums[most]:,} of {total:,} ends{since}; "
        f"technology in {sums['technology']:,}."
    )


def figure(years: Years) -> go.Figure:
    drawing = go.Figure()
    for code, label in FAMILIES.items():
        counts = [one.counts.get(code, 0) for one in years]
        drawing.add_bar(
            x=[str(one.year) for one in years], y=counts, name=label,
            marker={"color": COLOURS[code]},
            customdata=[_rows(one.year, code) for one in years],
            hovertext=[f"{label}, {one.year}: {n:,}" for one, n in zip(years, counts, strict=True)],
            hoverinfo="text",
        )  # fmt: skip
    drawing.update_layout(
        LAYOUT | {"barmode": "stack", "bargap": 0.5}, showlegend=True,
        legend={"orientation": "h", "y": -0.15, "x": 0, "itemclick": False},
        xaxis=AXIS | {"type": "category", "showgrid": False},
        yaxis=AXIS | {"rangemode": "tozero", "dtick": None, "tickformat": ",d"},
    )  # fmt: skip
    return drawing


register(
    Chart(
        code="endings",
        title="Why pilots ended, by year",
        load=by_year,
        table=table,
        words=words,
        figure=figure,
        nothing="No pilot has ended with its reason written down yet.",
        height=260,
    )
)
