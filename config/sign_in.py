"""Who may make an account: nobody by themselves. Administrators create accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed; `./run manage create_user` and the admin pages make accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
