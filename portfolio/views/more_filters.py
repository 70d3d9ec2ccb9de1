"""Every filter of the list on one page, for those that the bar has no room for."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from common import clock
from common.htmx import page_or_partial
from portfolio.filters import PilotFilter
from portfolio.models import Pilot
from portfolio.queries import layout
from portfolio.views import Request
from portfolio.views.filter_bar import SHOWN, FilterBar


@require_safe
def more_filters(request: Request) -> HttpResponse:
    """A plain form that leads to the list; what the bar has chosen is carried along."""
    visible = Pilot.objects.visible_to(request.user)
    filtered = PilotFilter(request.GET, visible, user=request.user, as_of=clock.today())
    bar = FilterBar(filtered, layout.read(request.GET.dict(), layout.Usual()))
    carried = {
        **{n: v for n, v in bar.chosen.items() if n in SHOWN and n != "flag"},
        **bar.layout.said,
    }
    context = {"bar": bar, "carried": carried.items(), "base": reverse("pilots")}
    return page_or_partial(request, "portfolio/pilot_filters.html", "more-filters", context)
