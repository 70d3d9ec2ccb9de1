"""The personal data of somebody who has left."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.access import get_person
from accounts.actions import forgetting
from accounts.forms import ForgetForm
from accounts.models import Channel
from accounts.views import Request
from common.htmx import toast


@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: Request, number: int) -> HttpResponseBase:
    """What would go and what would stay; then, for good, it goes."""
    who = get_person(request.user, number, need="change")
    found = forgetting.traces(who, by=request.user)
    form = ForgetForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        gone = forgetting.forget(user=who, by=request.user, channel=Channel.WEB)
        toast(request, f"The personal data is removed. The history says “{gone}”.")
        return redirect("person", who.pk)
    context = {"person": who, "traces": found, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/person_forget.html", context, status=status)
