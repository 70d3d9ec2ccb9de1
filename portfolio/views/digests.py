"""A person's digests: the next one as it would be now, the ones that were, and stopping them."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common import clock
from common.htmx import page_or_partial, toast
from portfolio.actions import digests as actions
from portfolio.digests import mail
from portfolio.models import Channel, Digest
from portfolio.queries import digest_pages
from portfolio.views import Request
from portfolio.views.framed import FRAMES_OURSELVES, framed_mail


@require_safe
@csp_override(FRAMES_OURSELVES)
def digests(request: Request) -> TemplateResponse:
    """What the next digest would say now, and the archive."""
    context = {"page": digest_pages.my_digests(request.user, clock.now())}
    return page_or_partial(request, "portfolio/digest_list.html", "digest-list", context)


@require_safe
@csp_override(FRAMES_OURSELVES)
def digest(request: Request, period: str) -> TemplateResponse:
    """A digest as it was sent."""
    row = _mine(request.user, period)
    context = {"row": row, "summary": digest_pages.summary_of(row)}
    return page_or_partial(request, "portfolio/digest_detail.html", "digest-detail", context)


@require_safe
@xframe_options_sameorigin
def digest_html(request: Request, period: str) -> HttpResponse:
    """The mail itself, for the frame of the page around it; "next" is the one not yet sent."""
    if period == "next":
        content = digest_pages.next_content(request.user, clock.today(), clock.now())
    else:
        content = digest_pages.content_of(_mine(request.user, period))
    if content is None:
        raise Http404("This digest says nothing.")
    return framed_mail(mail.letter(content, request.user.pk).html)


@require_POST
def switch(request: Request) -> HttpResponseBase:
    """Stop one's digests, or have them again."""
    if request.POST.get("on"):
        actions.subscribe(person=request.user, channel=Channel.WEB)
        toast(request, "You get a digest every week in which something stalls.")
    else:
        actions.unsubscribe(person=request.user, channel=Channel.WEB)
        toast(request, "Your digests are stopped.")
    return redirect("digests")


@csrf_exempt
@login_not_required
def unsubscribe(request: HttpRequest, token: str) -> TemplateResponse:
    """The link in every digest: a GET asks, a POST stops (also from the mail program, RFC 8058).

    The signed token stands for the session and against forgery: it does this one thing only.
    """
    try:
        person = User.objects.filter(pk=mail.person_of(token)).first()
    except signing.BadSignature:
        person = None
    if person is None:
        raise Http404("This link is not complete.")
    if request.method == "POST":
        actions.unsubscribe(person=person, channel=Channel.EMAIL)
    context = {"person": person, "done": request.method == "POST"}
    return TemplateResponse(request, "portfolio/digest_unsubscribe.html", context)


def _mine(user: User, period: str) -> Digest:
    row = Digest.objects.of(period).filter(recipient=user).first()
    if row is None:
        raise Http404("There is no digest of that week.")
    return row
