"""The administrators' Mail page: the ledger of digests and the mails kept in the data folder."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_of
from common.errors import NotAllowed
from common.htmx import page_or_partial, toast
from portfolio.actions import digests as actions
from portfolio.models import Channel, Digest
from portfolio.queries import digest_pages
from portfolio.views import Request
from portfolio.views.framed import FRAMES_OURSELVES, framed_mail


@require_safe
def mails(request: Request) -> TemplateResponse:
    """What was sent, kept, failed and why."""
    _administrators_only(request)
    context = {
        "page": digest_pages.mail_page(settings.MAIL_DIR),
        "kept": not settings.PILOTAGE_SMTP_URL,
    }
    return page_or_partial(request, "portfolio/mail_list.html", "mail-list", context)


@require_safe
@csp_override(FRAMES_OURSELVES)
def kept(request: Request, name: str) -> TemplateResponse:
    """One kept mail. A digest shows only the pilots that the administrator may see."""
    _administrators_only(request)
    found = digest_pages.kept_for(request.user, settings.MAIL_DIR, name)
    if found is None:
        raise Http404("There is no such mail.")
    context = {"mail": found}
    return page_or_partial(request, "portfolio/mail_detail.html", "mail-detail", context)


@require_safe
@xframe_options_sameorigin
def kept_html(request: Request, name: str) -> HttpResponse:
    """The HTML of a kept mail, for the frame of the page around it."""
    _administrators_only(request)
    found = digest_pages.kept_for(request.user, settings.MAIL_DIR, name)
    if found is None or not found.html:
        raise Http404("There is no such mail.")
    return framed_mail(found.html)


@require_POST
def retry(request: Request, number: int) -> HttpResponseBase:
    """Send a failed or unknown digest once more."""
    _administrators_only(request)
    row = Digest.objects.filter(pk=number).first()
    if row is None:
        raise Http404("There is no such digest.")
    actions.retry(digest=row, by=request.user, channel=Channel.WEB)
    toast(request, "It is sent again within a minute.")
    return redirect("mails")


def _administrators_only(request: Request) -> None:
    if not roles_of(request.user).is_administrator:
        raise NotAllowed("The mails are for administrators.")
