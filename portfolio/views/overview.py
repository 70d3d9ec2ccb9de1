"""The page an executive opens first."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.access import roles_of
from common import charts, company, nav
from common.htmx import page_or_partial
from portfolio.queries import overview as numbers
from portfolio.queries import overview_page
from portfolio.views import Request


@require_safe
def overview(request: Request) -> TemplateResponse:
    """Portfolio health in numbers, each with a link to its rows."""
    found = charts.loaded(request, numbers.load)
    roles = roles_of(request.user)
    context = {
        "page": overview_page.build(found, company.current()),
        "may_create": roles.may_create,
        "may_import": roles.may_import,
        "import_url": nav.address("imports"),
        "create_url": nav.address("pilot-create"),
    }
    return page_or_partial(request, "portfolio/overview.html", "overview", context)
