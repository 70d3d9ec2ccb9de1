"""The sign-in package's forms without the words in the boxes: our labels stand above them."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm, ResetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm


class Plain:
    """Takes the placeholders away, and the package's link to the reset page."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        if "password" in self.fields:
            self.fields["password"].help_text = ""


class SignIn(Plain, LoginForm):  # type: ignore[misc]
    pass


class ForgottenPassword(Plain, ResetPasswordForm):  # type: ignore[misc]
    pass


class StillYou(Plain, ReauthenticateForm):  # type: ignore[misc]
    pass


class Code(Plain, AuthenticateForm):  # type: ignore[misc]
    pass


class StillYouByCode(Plain, ReauthenticateByCodeForm):  # type: ignore[misc]
    pass
