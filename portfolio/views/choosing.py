"""Which pilots somebody chose in a list: rows, or all that match its filter."""

from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from common import clock
from common.text import whole
from portfolio.filters import PilotFilter
from portfolio.models import Pilot
from portfolio.views import Request


def chosen(request: Request, most: int) -> tuple[list[int], bool]:
    """Ids of the chosen pilots, or of all that match; True when there are more than at once."""
    sent = request.POST if request.method == "POST" else request.GET
    if "all" not in sent:
        ids = [one for text in sent.getlist("chosen") if (one := whole(text)) is not None]
        return ids[:most], len(ids) > most
    data = dict(parse_qsl(sent.get("match", "")))
    visible = Pilot.objects.visible_to(request.user)
    found = PilotFilter(data, visible, user=request.user, as_of=clock.today()).qs
    ids = list(found.order_by("id").values_list("id", flat=True)[: most + 1])
    return ids[:most], len(ids) > most


def back(request: Request) -> str:
    """The page an undo was on, if it is one of ours."""
    before = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()})
    return before if safe else reverse("pilots")
