"""Servers that are not ours: do they answer, and if not, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from config.embedded.errors import StartError
from config.environment import Environment, given


def check(environment: Mapping[str, str]) -> None:
    """Ask the database and the broker from the environment, when they are external."""
    if given("DATABASE_URL"):
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            if given(name):
                _database(name, Environment().text(name, default=""))
    if given("REDIS_URL"):
        _broker(Environment().text("REDIS_URL", default=""))


def _database(name: str, url: str) -> None:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise StartError(
            f"The database of {name} does not answer ({reason}). Check the address, the password "
            "and the server, or remove DATABASE_URL to use the embedded one."
        ) from None


def _broker(url: str) -> None:
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise StartError(
            f"The broker of REDIS_URL does not answer ({error}). Check the address and the server, "
            "or remove REDIS_URL to use the embedded one."
        ) from None
