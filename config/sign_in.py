"""Who may make an account: nobody by themselves. Administrators create accounts."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.actions import factors, letters, users
from accounts.models import User


@dataclass(frozen=True)
class Notice:
    """What the package tells people about: a sentence for them, and our event unless we have one.

    `verb` and `what` make the event; an empty verb means that an action has written it.
    """

    sentence: str
    verb: str = ""
    what: str = ""


NOTICES = {
    "mfa/email/totp_activated": Notice(
        "An authenticator app was set up.", "factor.added", "an authenticator app"
    ),
    "mfa/email/totp_deactivated": Notice(
        "The authenticator app was removed.", "factor.removed", "the authenticator app"
    ),
    "mfa/email/recovery_codes_generated": Notice(
        "New recovery codes were made.", "factor.added", "new recovery codes"
    ),
    "mfa/email/webauthn_added": Notice("A passkey was added.", "factor.added", "a passkey"),
    "mfa/email/webauthn_removed": Notice("A passkey was removed.", "factor.removed", "a passkey"),
    "account/email/password_changed": Notice("The password was changed."),
    "account/email/password_reset": Notice("A new password was chosen by a one-time link."),
    "account/email/password_set": Notice("A password was set."),
}


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed; `./run manage create_user` and the admin pages make accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        users.choose_password(by=user, password=password)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where the person likes to begin."""
        return reverse(request.user.landing) if isinstance(request.user, User) else "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **kwargs: Any
    ) -> None:
        """The package's pages change factors and passwords: into the history, and a letter."""
        notice = NOTICES.get(template_prefix)
        if notice is None:
            return
        if notice.verb:
            factors.tell(by=user, verb=notice.verb, what=notice.what)
        # Without a mail server nobody would read it; the history has it all the same.
        if settings.PILOTAGE_SMTP_URL:
            letters.notify(person=user, sentence=notice.sentence)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the queue: no page waits for a mail server, or tells by waiting who is known."""
        message = self.render_mail(template_prefix, email, context)
        letters.write(
            person=context.get("user"), address=email, subject=message.subject, body=message.body
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links in mails come from SITE_URL only, never from the Host header."""
        parts = {"uidb36": "UID", "key": "KEY"}
        path = reverse("account_reset_password_from_key", kwargs=parts)
        return urljoin(settings.SITE_URL, path.replace("UID-KEY", quote(key)))
