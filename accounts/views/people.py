"""The list of people, and a new one."""

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require_people, roles_of
from accounts.actions import links, users
from accounts.forms import AddForm
from accounts.models import Channel, Role, User
from accounts.queries.people import STATES, people_list
from accounts.views import Request, handing_over, tried
from common.htmx import page_or_partial


@require_safe
def people(request: Request) -> TemplateResponse:
    """Who is here, with which roles; the filter stands in the address."""
    require_people(request.user)
    asked = request.GET
    found = people_list(
        words=asked.get("q", ""), state=asked.get("state", ""), role=asked.get("role", ""),
        cursor=asked.get("cursor", ""),
    )  # fmt: skip
    chosen = {"q": found.words, "state": found.state, "role": found.role}
    query = urlencode({name: value for name, value in chosen.items() if value})
    context = {
        "list": found, "page": found.page, "states": STATES, "roles": Role.choices,
        "base": f"{reverse('people')}?{query}{'&' if query else ''}cursor=",
        "may_change": roles_of(request.user).is_administrator,
    }  # fmt: skip
    return page_or_partial(request, "accounts/people.html", "people", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponseBase:
    """A new person. The way in is a one-time link: by mail, or shown to be handed over."""
    require_people(request.user, need="change")
    form = AddForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        person: User | None = tried(form, lambda: _add(request, form))
        if person:
            link = links.make(user=person, by=request.user, channel=Channel.WEB, mail=True)
            return handing_over(request, person, link)
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/person_add.html", {"form": form}, status=status)


def _add(request: Request, form: AddForm) -> User:
    given = form.cleaned_data
    return users.create(
        email=given["email"], name=given["name"], roles=[given["role"]], unit=given["unit"],
        is_internal=not given["external"], by=request.user, channel=Channel.WEB,
    )  # fmt: skip
