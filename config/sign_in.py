"""Who may make an account: nobody by themselves. Administrators create accounts."""

from typing import Any
from urllib.parse import quote, urljoin

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.actions import factors, users
from accounts.models import User

# What the package has a notice for -> the event: its verb, and what it is about.
NOTICES = {
    "mfa/email/totp_activated": ("factor.added", "an authenticator app"),
    "mfa/email/totp_deactivated": ("factor.removed", "the authenticator app"),
    "mfa/email/recovery_codes_generated": ("factor.added", "new recovery codes"),
    "mfa/email/webauthn_added": ("factor.added", "a passkey"),
    "mfa/email/webauthn_removed": ("factor.removed", "a passkey"),
}


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed; `./run manage create_user` and the admin pages make accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        users.choose_password(by=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **kwargs: Any
    ) -> None:
        """The package's pages change factors; the history of the person still has it all."""
        if template_prefix in NOTICES:
            verb, what = NOTICES[template_prefix]
            factors.tell(by=user, verb=verb, what=what)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links in mails come from SITE_URL only, never from the Host header."""
        parts = {"uidb36": "UID", "key": "KEY"}
        path = reverse("account_reset_password_from_key", kwargs=parts)
        return urljoin(settings.SITE_URL, path.replace("UID-KEY", quote(key)))
