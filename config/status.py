"""The administrators' page about the installation itself. In config, because it asks everyone."""

import platform
from dataclasses import dataclass
from datetime import UTC, datetime

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.access import roles_of
from accounts.queries.letters import letters_now
from common import clock
from common.errors import NotAllowed
from config.health import CHECKS
from config.tasks import BEAT_SIGN, WORKER_SIGN
from portfolio.queries.status import work

# Signs come once a tick; after three missed ones something stands still.
MISSED = 3


@dataclass(frozen=True, slots=True)
class Sign:
    """A process that gives signs of life. `at` is None when it never gave one."""

    name: str
    at: datetime | None
    alive: bool


@require_safe
def status(request: HttpRequest) -> TemplateResponse:
    """What runs, what was done last, and what needs a hand. It answers when the broker does not."""
    if not roles_of(request.user).is_administrator:
        raise NotAllowed("The status page is for administrators.")
    context = {
        "parts": [(name.capitalize(), check()) for name, check in CHECKS.items()],
        "signs": signs(clock.now()),
        "work": work(clock.now()),
        "letters": letters_now(clock.now()),
        "versions": versions(),
        "tick": settings.TICK_EVERY,
    }
    return TemplateResponse(request, "config/status.html", context)


def signs(now: datetime) -> list[Sign]:
    """Worker and beat, by the time of their last sign."""
    seen = cache.get_many([WORKER_SIGN, BEAT_SIGN])
    found = []
    for name, key in (("Worker", WORKER_SIGN), ("Beat", BEAT_SIGN)):
        at = datetime.fromtimestamp(seen[key], UTC) if key in seen else None
        age = (now - at).total_seconds() if at else None
        found.append(Sign(name, at, age is not None and age < MISSED * settings.TICK_EVERY))
    return found


def versions() -> list[tuple[str, str]]:
    number: int = connection.pg_version  # type: ignore[attr-defined]  # PostgreSQL only
    return [
        ("Pilotage", settings.PILOTAGE_VERSION),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("PostgreSQL", f"{number // 10_000}.{number % 10_000}"),
    ]
