"""The page of one pilot."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portfolio.access import get_pilot
from portfolio.views import Request, answers


@require_safe
def pilot(request: Request, ref: str) -> HttpResponse:
    """Everything about one pilot."""
    return answers.whole(request, get_pilot(request.user, ref))
