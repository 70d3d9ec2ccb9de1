"""Is the process alive, and could it serve a request right now?"""

from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


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
    found = {name: check() for name, check in CHECKS.items()}
    well = all(reason == "ok" for reason in found.values())
    return JsonResponse(
        {"status": "ok" if well else "unavailable", **found}, status=200 if well else 503
    )


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, ImproperlyConfigured):
        return "The database does not answer. Check DATABASE_URL and the database server."
    return "ok"


def broker() -> str:
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=settings.BROKER_TIMEOUT,
            socket_connect_timeout=settings.BROKER_TIMEOUT,
        )
        with client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return "The broker does not answer. Check REDIS_URL and the Redis or Valkey server."
    return "ok"


def migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "Unknown, because the database does not answer."
    if missing:
        return f"{len(missing)} migrations are missing. Run ./run manage migrate."
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "broker": broker,
    "migrations": migrations,
}
