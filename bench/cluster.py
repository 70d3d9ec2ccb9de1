"""A private PostgreSQL for one benchmark run, its configuration printed with the results."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.embedded.binaries import find_runtime
from config.embedded.postgres import APP, OWNER, Postgres
from config.embedded.valkey import Valkey

CONFIGURATION = {
    "shared_buffers": "1GB",
    "effective_cache_size": "8GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    "autovacuum": "off",
    "fsync": "off",
}


@dataclass
class Cluster:
    """The running servers and the databases made in them."""

    postgres: Postgres
    valkey: Valkey

    def create(self, name: str, template: str = "template0") -> None:
        self.postgres.sql(f'DROP DATABASE IF EXISTS "{name}"')
        self.postgres.sql(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"')

    def environment(self, name: str) -> dict[str, str]:
        """What a process needs to work on that database, as the application's login."""
        return {
            "DATABASE_URL": self.postgres.url(APP, name),
            "DATABASE_OWNER_URL": self.postgres.url(OWNER, name),
            "REDIS_URL": self.valkey.url,
        }

    def connect(self, name: str, login: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A raw connection, by default as the superuser; the floors are measured as the app."""
        return psycopg.connect(
            host=str(self.postgres.sockets), user=login, dbname=name, autocommit=True
        )


@contextmanager
def cluster() -> Iterator[Cluster]:
    runtime = find_runtime()
    with tempfile.TemporaryDirectory(prefix="plb") as name:
        folder = Path(name)
        folder.chmod(0o755)
        sockets = folder / "s"
        sockets.mkdir(mode=0o700)
        made = folder / "d"
        made.mkdir(mode=0o700)
        log = folder / "log"
        log.touch()
        if runtime.user is not None:
            for path in (sockets, made):
                os.chown(path, runtime.user.pw_uid, runtime.user.pw_gid)
        postgres = Postgres(runtime, made / "c", sockets, log, dict(CONFIGURATION))
        valkey = Valkey(runtime, sockets, log)
        try:
            postgres.start()
            valkey.start()
            yield Cluster(postgres, valkey)
        finally:
            valkey.stop()
            postgres.stop()
