"""System checks about the installation itself."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register


@register(Tags.security, deploy=True)
def two_database_logins(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """History is only safe from the application when another login owns the tables."""
    owner = settings.OWNER_DATABASE
    if owner and owner["USER"] != settings.DATABASES["default"]["USER"]:
        return []
    return [
        checks.Warning(
            "There is only one database login, so the application could rewrite its own history.",
            hint="Create a second login and set DATABASE_OWNER_URL (docs/operate/install.md).",
            id="pilotage.W001",
        )
    ]
