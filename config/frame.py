"""What every page's frame needs: the company, the person's rail, the theme."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.access import roles_of
from common import company, nav

RIGHTS = ("may_import", "is_administrator", "sees_people")
THEMES = ("light", "dark")


class Frame:
    """Lazy, so that partials and mails pay nothing for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    version: str = settings.PILOTAGE_VERSION

    @property
    def company(self) -> str:
        return company.current().name

    @property
    def currency(self) -> str:
        return company.current().currency

    @property
    def mails(self) -> bool:
        """Mails leave this installation; otherwise they are kept for administrators to see."""
        return bool(settings.PILOTAGE_SMTP_URL)

    @property
    def single_sign_on(self) -> str:
        """The identity provider's name for people; empty when there is none."""
        return settings.OIDC.name if settings.OIDC else ""

    @cached_property
    def theme(self) -> str:
        """What the person chose: on this device, else for all; empty follows the system."""
        chosen = self._request.COOKIES.get("theme", "")
        if chosen in THEMES:
            return chosen
        return str(getattr(self._request.user, "theme", ""))

    @cached_property
    def links(self) -> list[nav.Link]:
        if not self._request.user.is_authenticated:
            return []
        roles = roles_of(self._request.user)
        rights = [right for right in RIGHTS if getattr(roles, right)]
        return nav.links(self._request.path, rights)

    @cached_property
    def groups(self) -> list[tuple[str, list[nav.Link]]]:
        names = list(dict.fromkeys(link.group for link in self.links))
        return [(name, [link for link in self.links if link.group == name]) for name in names]

    @cached_property
    def thumb(self) -> list[nav.Link]:
        """The first four: the bottom bar of a phone."""
        return self.links[:4]

    @cached_property
    def search_url(self) -> str:
        return nav.address("search") if self.links else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"frame": Frame(request)}
