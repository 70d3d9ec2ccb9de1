"""A PostgreSQL and a Valkey for one test run, started from the same launcher as `./run up`."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from config.embedded.binaries import find_runtime
from config.embedded.children import alive
from config.embedded.postgres import APP, OWNER, QUICK, Postgres
from config.embedded.valkey import Valkey


class TestServers:
    """Started by the main pytest process only; xdist workers find the addresses in os.environ."""

    __test__ = False

    def __init__(self) -> None:
        _remove_leftovers()
        runtime = find_runtime()
        self.folder = Path(tempfile.mkdtemp(prefix=f"pilotage-test-{os.getpid()}-"))
        if runtime.user is not None:
            os.chown(self.folder, runtime.user.pw_uid, runtime.user.pw_gid)
        self.postgres = Postgres(
            runtime,
            self.folder / "postgres",
            self.folder,
            self.folder / "postgres.log",
            options=QUICK | {"max_connections": "200"},
        )
        self.valkey = Valkey(runtime, self.folder, self.folder / "valkey.log")

    def start(self) -> dict[str, str]:
        """The environment that leads Django to the servers."""
        self.postgres.start()
        self.valkey.start()
        return {
            "DATABASE_URL": self.postgres.url(APP),
            "DATABASE_OWNER_URL": self.postgres.url(OWNER),
            "PILOTAGE_TEST_SUPERUSER_URL": self.postgres.url("postgres", "postgres"),
            "REDIS_URL": self.valkey.url,
            "PILOTAGE_DATA": str(self.folder / "data"),
            "SECRET_KEY": "only-for-tests-" + "x" * 40,
        }

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _remove_leftovers() -> None:
    """Folders of test runs that were killed; their servers died with them."""
    for folder in Path(tempfile.gettempdir()).glob("pilotage-test-*"):
        match = re.match(r"pilotage-test-(\d+)-", folder.name)
        if match and not alive(int(match[1])):
            shutil.rmtree(folder, ignore_errors=True)
