"""{% chart_head %} in the page's head block, {% chart "code" %} where the figure stands."""

from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
    return {
        "chart": one,
        "table": one.table(numbers),
        "words": one.words(numbers),
        "json_url": reverse("chart-json", args=[code]),
        "csv_url": reverse("chart-csv", args=[code]),
    }
