"""Flags: what the rules found, and after how many days they speak."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import roles_of
from common import clock, nav
from common.errors import NotAllowed, Refused
from common.htmx import page_or_partial, toast
from portfolio.actions import flags as actions
from portfolio.flags.limits import Setting
from portfolio.forms.flags import LimitForm
from portfolio.models import Channel
from portfolio.queries import flags as queries
from portfolio.views import Request


@require_safe
def flags(request: Request) -> TemplateResponse:
    """Every rule with the sentence that explains it and what it found."""
    as_of = clock.today()
    found = queries.flag_groups(request.user, as_of)
    context = {
        "groups": found.groups,
        "computed_at": found.computed_at,
        "open": sum(group.open for group in found.groups),
        "speaking": sum(1 for group in found.groups if group.open),
        "as_of": as_of,
        "last_sweep": queries.last_sweep(),
        "list_url": nav.address("pilots"),
        "may_set": roles_of(request.user).is_administrator,
    }
    return page_or_partial(request, "portfolio/flag_list.html", "flag-list", context)


@require_http_methods(["GET", "HEAD", "POST"])
def flag_limits(request: Request) -> HttpResponseBase:
    """The limits, for administrators: a GET tries one and says what it flags, a POST sets it."""
    if not roles_of(request.user).is_administrator:
        raise NotAllowed("The limits of flags are for administrators.")
    form = LimitForm(request.POST or (request.GET if "rule" in request.GET else None))
    tried, status = None, 200
    if form.is_bound and form.is_valid():
        if request.method == "POST":
            return _set(request, form)
        tried = queries.dry_run(
            request.user, form.cleaned_data["rule"], _setting(form), clock.today()
        )
    elif form.is_bound:
        status = 422
    context = {"form": form, "tried": tried, "rules": queries.limits_in_force()}
    return page_or_partial(
        request, "portfolio/flag_limits.html", "flag-limits", context, status=status
    )


def _set(request: Request, form: LimitForm) -> HttpResponseBase:
    chosen = form.cleaned_data
    try:
        actions.set_limit(
            rule=chosen["rule"], stage=chosen["stage"], audience=chosen["audience"],
            limit=chosen["limit"], by=request.user, channel=Channel.WEB,
        )  # fmt: skip
    except Refused as error:
        form.add_error(error.field, error.sentence)
        context = {"form": form, "tried": None, "rules": queries.limits_in_force()}
        return page_or_partial(
            request, "portfolio/flag_limits.html", "flag-limits", context, status=422
        )
    toast(request, "The limit is set. It shows at the next sweep, within the hour.")
    return redirect("flag-limits")


def _setting(form: LimitForm) -> Setting | None:
    chosen = form.cleaned_data
    if chosen["limit"] is None:
        return None
    return Setting(chosen["limit"], chosen["stage"], chosen["audience"])
