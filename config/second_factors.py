"""Second factors: what we add to the sign-in package's."""

import base64
import hashlib
import secrets
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from accounts.models import User
from common import company


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are stored encrypted.

    The key comes from SECRET_KEY, so that a copy of the database alone opens nothing. With
    another SECRET_KEY they cannot be read: then an administrator removes them on the person's
    page, and the person sets them up anew.
    """

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Never a constant: whoever knows the secret knows the codes.
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        return f"Pilotage {company.current().name}"

    def _get_site_name(self) -> str:
        """What the browser says the passkey is for."""
        return self.get_totp_issuer()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        known = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {known + 1}" if known else "Passkey"


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """The package's form in our words; a passkey that replaces the password is the usual one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name"
        self.fields["name"].help_text = "So that you know it again, such as “Work laptop”."
        passwordless = self.fields["passwordless"]
        passwordless.initial = True
        passwordless.label = "Sign in with it alone"
        passwordless.help_text = (
            "It asks for your finger, face or PIN instead of the password. Leave this off for a"
            " key that is only a second factor."
        )


def _cipher() -> Fernet:
    key = hashlib.sha256(b"pilotage second factors " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
