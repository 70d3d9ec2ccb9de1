"""{% chart_head %} in the page's head block, {% chart "code" %} where the figure stands."""

from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common import charts

register = template.Library()


@register.simple_tag
def chart_head() -> SafeString:
    """The script of charts; Plotly itself is fetched when the first chart comes into view."""
    return format_html(
        '<link rel="stylesheet" href="{}" id="plotly.js-style-global" class="no-inline-styles">'
        '<script type="module" src="{}" data-plotly="{}" id="chart-script"></script>',
        static("vendor/plotly.css"),
        static("js/chart.js"),
        static("vendor/plotly.min.js"),
    )


@register.inclusion_tag("_components/chart.html", takes_context=True)
def chart(context: template.Context, code: str) -> dict[str, Any]:
    """A figure with its sentence, its table, its CSV, and what stands there when it is empty."""
    one = charts.charts.get(code)
    numbers = charts.loaded(context["request"], one.load)
    json_url, csv_url = reverse("chart-json", args=[code]), reverse("chart-csv", args=[code])
    return drawn(one, numbers, json_url, csv_url)


@register.inclusion_tag("_components/chart.html")
def subject_chart(chart: charts.Chart, numbers: Any, address: str) -> dict[str, Any]:
    """{% subject_chart chart numbers address %} - a chart of a pilot or of a choice of pilots;
    the address with "format" added gives its figure and its CSV."""
    sign = "&" if "?" in address else "?"
    return drawn(chart, numbers, f"{address}{sign}format=json", f"{address}{sign}format=csv")


def drawn(chart: charts.Chart, numbers: Any, json_url: str, csv_url: str) -> dict[str, Any]:
    """What the component of charts needs."""
    table = chart.table(numbers)
    return {
        "chart": chart, "table": table, "rows": _rows(table), "words": chart.words(numbers),
        "json_url": json_url, "csv_url": csv_url,
    }  # fmt: skip


def _rows(table: charts.Table) -> SafeString:
    """The body of the table; in Python, because a template pays for each of its cells."""
    lines = []
    for first, *others in table.rows:
        cells = "".join([f'<td class="num">{_cell(cell)}</td>' for cell in others])
        lines.append(f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>')
    return mark_safe("".join(lines))  # noqa: S308 - every text is escaped


def _cell(cell: charts.Cell) -> str:
    text = f"{cell.text:,}" if isinstance(cell.text, int) else escape(cell.text)
    return f'<a href="{escape(cell.url)}">{text}</a>' if cell.url and cell.text else text
