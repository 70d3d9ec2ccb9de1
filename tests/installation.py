"""A whole installation for a test: `./run up` on its own data folder and port."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

BASE = Path(__file__).resolve().parent.parent
# What the test run itself uses must not leak into the installation.
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "CI")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(truth: Callable[[], object], seconds: float = 120.0, what: str = "") -> None:
    """Ask again and again until it is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, f"not true after {seconds} s: {what or truth}"
        time.sleep(0.05)


def parent(pid: int) -> int:
    """The process that started this one; 0 when this one is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


class Installation:
    """`up`, `stop`, `manage` and everything a test wants to know about the processes."""

    def __init__(self, base: Path = BASE, **environment: str) -> None:
        self.base = base
        self.root = Path(tempfile.mkdtemp(prefix="pilotage-up-"))
        self.root.chmod(0o755)
        self.data = self.root / "data"
        self.port = free_port()
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if key not in OURS and not key.startswith(("PILOTAGE_", "DJANGO_", "PYTEST_"))
        } | {"PILOTAGE_DATA": str(self.data), **environment}

    def run(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`./run words...`, output captured, ten minutes at most."""
        environment = self.environment | options.pop("env", {})
        return subprocess.run(
            [str(self.base / "run"), *words],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
            **options,
        )

    def up(self, *words: str) -> str:
        done = self.run("up", "--port", str(self.port), "--detach", *words)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{self.log()[-3000:]}"
        return done.stdout

    def stop(self) -> None:
        done = self.run("stop")
        assert done.returncode == 0, done.stderr

    def log(self) -> str:
        file = self.data / "logs" / "pilotage.log"
        return file.read_text() if file.exists() else ""

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / "servers.json").read_text())
        return found

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page; status 0 when nobody answers."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            asked.close()

    def is_ready(self) -> bool:
        return self.get("/health/ready")[0] == 200

    def database(self) -> psycopg.Connection:
        return psycopg.connect(self.facts()["environment"]["DATABASE_OWNER_URL"], autocommit=True)

    def processes(self) -> dict[int, str]:
        """Process id and command line of everything that belongs to this installation."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                surroundings = (folder / "environ").read_bytes()
                ours = f"PILOTAGE_DATA={self.data}\0".encode() in surroundings
                if words and (ours or f"{self.root}/" in words or f"{self.data}/" in words):
                    found[int(folder.name)] = words
        return found

    def pids(self, word: str) -> list[int]:
        return sorted(pid for pid, words in self.processes().items() if word in words)

    def databases(self) -> list[int]:
        """The PostgreSQL servers. A process that one has just forked still has its name."""
        found = set(self.pids("bin/postgres -D"))
        return [pid for pid in sorted(found) if parent(pid) not in {*found, 0}]

    def main_pid(self, word: str) -> int:
        """The process of this kind that the supervisor started itself; 0 while there is none."""
        shown = self.processes()
        return next((pid for pid in self.facts()["children"] if word in shown.get(pid, "")), 0)

    def complete(self) -> bool:
        """All five children of the supervisor are there."""
        return len(set(self.facts()["children"]) & set(self.processes())) == 5

    def kill_all(self) -> None:
        """kill -9 of everything, the supervisor among it; nothing may be left."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self.processes(), what=f"gone: {self.processes()}")

    def close(self) -> None:
        self.kill_all()
        where = self.data / "where.json"
        if where.exists():
            outside = Path(json.loads(where.read_text())["postgres"])
            shutil.rmtree(outside.parent, ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)
