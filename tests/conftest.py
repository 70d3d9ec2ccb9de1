"""Real servers for every test: PostgreSQL and Valkey, migrated as owner, used as the application.

The database is made once as a template; every worker gets a copy, and a test that really commits
(`transactional_db`) gets a fresh copy afterwards, so that neither rights nor triggers on
append-only tables stand in the way of cleaning up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from tests.chromium import browser
from tests.ci import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401
from tests.scheduling import pytest_xdist_make_scheduler  # noqa: F401
from tests.servers import TestServers

if TYPE_CHECKING:
    from tests.factories import Cast

__all__ = ["browser"]
TEMPLATE = "pilotage_template"
MIGRATING = 7_301  # advisory lock: one worker makes the template, the others wait
_servers: list[TestServers] = []


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        servers = TestServers()
        _servers.append(servers)
        os.environ.update(servers.start())
        for name in ("PILOTAGE_SMTP_URL", "SITE_URL", "PILOTAGE_ZONE", "PILOTAGE_DEBUG"):
            os.environ.pop(name, None)
    # Set here and not in pyproject.toml: the addresses must be known before settings are read.
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")


def pytest_unconfigure(config: pytest.Config) -> None:
    for servers in _servers:
        servers.stop()


@contextmanager
def superuser(*, lock: bool = False) -> Iterator[psycopg.Connection]:
    url = os.environ["PILOTAGE_TEST_SUPERUSER_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        if lock:
            connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        yield connection


def fresh_copy(name: str) -> None:
    """Replace a test database by a copy of the migrated template."""
    with superuser(lock=True) as connection:
        database = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER pilotage_owner").format(
                database, sql.Identifier(TEMPLATE)
            )
        )


def make_template() -> None:
    """Migrate the template database once per run, as the owner login."""
    from django.core.management import call_command
    from django.db import connection

    with superuser(lock=True) as admin:
        query = "SELECT datistemplate FROM pg_database WHERE datname = %s"
        row = admin.execute(query, [TEMPLATE]).fetchone()
        if row and row[0]:
            return
        admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        admin.execute(f"CREATE DATABASE {TEMPLATE} OWNER pilotage_owner")
        connection.settings_dict["NAME"] = TEMPLATE
        call_command("migrate", verbosity=0)
        connection.close()
        admin.execute(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """In place of pytest-django's: made as the owner, used as the application's login."""
    from django.conf import settings
    from django.db import connection
    from django.test import TransactionTestCase

    name = f"pilotage_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

    def start_afresh(test: TransactionTestCase) -> None:
        connection.close()
        fresh_copy(name)

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        make_template()
        fresh_copy(name)
        connection.settings_dict["NAME"] = name
        settings.DATABASES["default"]["NAME"] = name
    usual = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = start_afresh  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = usual  # type: ignore[attr-defined]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.close()


@pytest.fixture(autouse=True)
def settings_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with the settings nobody saved yet, known already: no query is due.

    What a test saves is read anew, as in production.
    """
    from common import company

    monkeypatch.setattr(company, "_known", (-1e18, None))
    monkeypatch.setattr(company, "FRESH", 1e30)


@pytest.fixture
def test_environment(db: None) -> dict[str, str]:
    """Environment for child processes that shall see this test's database and broker.

    Only committed rows are visible to them: use it together with `transactional_db`.
    """
    from django.db import connection

    environment = dict(os.environ)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        head, query = environment[name].split("?", 1)
        base = head.rsplit("/", 1)[0]
        environment[name] = f"{base}/{connection.settings_dict['NAME']}?{query}"
    return environment


@pytest.fixture
def cast(db: None) -> Cast:
    """Alice, Bob, Vera and the others, each with their roles."""
    from tests.factories import make_cast  # Models can be imported only once settings are known.

    return make_cast()
