"""Who is signed in, loaded in one statement with what every list asks of the person."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class WithPreferences(AuthenticationBackend):  # type: ignore[misc]
    """Signs in as its parent does; the person comes with their list preferences."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, None when there is none or the account is closed."""
        found = User.objects.select_related("list_preference").filter(pk=user_id).first()
        return found if found and self.user_can_authenticate(found) else None
