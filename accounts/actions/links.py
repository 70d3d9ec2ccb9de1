"""One-time links: a person chooses a password by them, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.actions import events, letters
from accounts.actions.rights import require_administrator
from accounts.models import User
from common import clock, company
from common.errors import Refused


@dataclass(frozen=True)
class Link:
    """An address that works once and until then. `mailed` says that it goes to the person."""

    url: str
    until: datetime
    mailed: bool


@transaction.atomic
def make(*, user: User, by: User, channel: str, mail: bool) -> Link:
    """A link by which the person chooses a password; what they have works until they do.

    It dies with its use, with a new password or address, with a sign-in, and after
    PASSWORD_RESET_TIMEOUT. With `mail` it is sent to them too, when there is a mail server.
    """
    require_administrator(by)
    if not user.is_active:
        raise Refused(f"{user} has left. Open the account again first.")
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": token},
    )
    url = urljoin(settings.SITE_URL, path)
    until = clock.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    mailed = mail and bool(settings.PILOTAGE_SMTP_URL)
    if mailed:
        _write(user, by, url, until)
    events.record(
        verb="password.link_made", by=by, channel=channel, person=user,
        after={"mailed": mailed, "until": until},
    )  # fmt: skip
    return Link(url, until, mailed)


def _write(user: User, by: User, url: str, until: datetime) -> None:
    first = user.last_login is None
    name = "invitation" if first else "one_time_link"
    context = {
        "person": user, "by": by, "url": url, "until": until,
        "company": company.current().name,
    }  # fmt: skip
    letters.write(
        person=user,
        subject=render_to_string(f"accounts/emails/{name}_subject.txt", context),
        body=render_to_string(f"accounts/emails/{name}.txt", context),
    )
