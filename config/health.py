"""Is the process alive, and could it serve a request right now?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PATIENCE = 6.0  # seconds for all three answers; a probe that waits longer is of no use
# One thread, so that a frozen database holds up one thread and not the workers one by one.
_asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nobody else, so that a slow database restarts no web process."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Database, broker and migrations are there; 503 with the reason otherwise."""
    asked = _asking.submit(_ask)
    try:
        found = asked.result(timeout=PATIENCE)
    except TimeoutError:
        asked.cancel()
        found = {"database": f"There was no answer within {PATIENCE:.0f} seconds."}
    well = all(reason == "ok" for reason in found.values())
    status = "ok" if well else "unavailable"
    return JsonResponse({"status": status, **found}, status=200 if well else 503)


def _ask() -> dict[str, str]:
    # This thread has a connection of its own, and no end of a request looks after it.
    connection.close_if_unusable_or_obsolete()
    return {name: check() for name, check in CHECKS.items()}


def database() -> str:
    """One round trip as the application's login."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return "The database does not answer. Check DATABASE_URL and the database server."
    return "ok"


def broker() -> str:
    """One round trip, with a time-out of its own."""
    seconds = settings.BROKER_TIMEOUT
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=seconds, socket_connect_timeout=seconds
        ) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return "The broker does not answer. Check REDIS_URL and the Redis or Valkey server."
    return "ok"


def migrations() -> str:
    """Every migration of this code has been applied to this database."""
    try:
        missing = _known().difference(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        connection.close()
        return "Unknown, because the database does not answer."
    if missing:
        return f"{len(missing)} of them are missing. Run ./run manage migrate."
    return "ok"


@cache
def _known() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None)
    return frozenset(loader.disk_migrations or ())


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "broker": broker,
    "migrations": migrations,
}
