"""T, the unit of all ratios, and the positive controls of the clock and the query meter."""

import time

from django.http import HttpRequest, HttpResponse

from portfolio.models import Pilot


def trivial(request: HttpRequest) -> HttpResponse:
    """T: nothing but the middleware stack and the signed-in person."""
    return HttpResponse(f"hello {request.user.pk}")


def slow(request: HttpRequest) -> HttpResponse:
    """T and 20 ms: the clock must see them."""
    time.sleep(0.02)
    return trivial(request)


def n_plus_one(request: HttpRequest) -> HttpResponse:
    """A query per row: the query meter must see them."""
    rows = Pilot.objects.order_by("id")[: int(request.GET.get("rows", "50"))]
    return HttpResponse("hello " + ", ".join(pilot.unit.name for pilot in rows))
