"""One's own account."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import preferences, sessions
from accounts.forms import PreferencesForm
from accounts.models import Channel
from accounts.queries.account_page import account_page
from accounts.views import Request, tried
from common.htmx import page_or_partial, toast, wants_partial

FIELDS = (
    "name", "time_zone", "digest_enabled", "digest_weekday", "digest_hour", "landing", "page_size",
    "theme",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Request) -> HttpResponseBase:
    """Name, zone and digest; how to sign in; where one is signed in."""
    user = request.user
    initial = {name: getattr(user, name) for name in FIELDS}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        saved = tried(
            form, lambda: preferences.set_preferences(by=user, channel=Channel.WEB, **given)
        )
        if saved:
            toast(request, "Saved.")
            if not wants_partial(request) or saved.theme != user.theme:
                return _again(request)
            request.user = saved
    context = {
        "page": account_page(request.user, session_key=request.session.session_key or ""),
        "form": form,
    }
    status = 422 if form.errors else 200
    return page_or_partial(request, "accounts/account.html", "preferences", context, status=status)


def _again(request: Request) -> HttpResponse:
    """The whole page anew. What was chosen here comes before what this device had."""
    here = reverse("account")
    partial = wants_partial(request)
    response = HttpResponse(headers={"HX-Redirect": here}) if partial else redirect(here)
    response.delete_cookie("theme", samesite="Lax")
    return response


@require_POST
def sessions_end(request: Request) -> HttpResponse:
    """Sign out everywhere else."""
    ended = sessions.end_others(by=request.user, keep=request.session.session_key or "")
    said = "There was no other session."
    if ended:
        said = f"Signed out of {ended} other session{'' if ended == 1 else 's'}."
    toast(request, said)
    return redirect("account")
