"""A private PostgreSQL: own launcher, unix socket only, two logins, recovers from any crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config.embedded.binaries import Runtime
from config.embedded.children import alive, command_line, spawn
from config.embedded.errors import StartError

OWNER, APP, DATABASE = "pilotage_owner", "pilotage_app", "pilotage"
START_WAIT = 60.0  # seconds; crash recovery of a large database takes a while
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # tests only


@dataclass
class Postgres:
    """One cluster in `cluster`, its socket in `sockets`; both belong to the runtime's user."""

    runtime: Runtime
    cluster: Path
    sockets: Path
    log: Path
    options: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def url(self, login: str, database: str = DATABASE) -> str:
        return f"postgres://{login}@/{database}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Start and wait until it answers; make the cluster, the logins and the database once."""
        self._refuse_foreign_major()
        fresh = not (self.cluster / "PG_VERSION").is_file()
        if fresh:
            self._initdb()
        self._end_leftover()
        for attempt in range(40):
            if self._launch():
                break
            if attempt == 39 or "shared memory block" not in self._last_words():
                raise StartError(self._why_not())
            time.sleep(0.25)  # Backends of a killed server are still on their way out.
        if fresh or not (self.cluster / "pilotage-ready").exists():
            self._make_logins()
            self._own(self.cluster / "pilotage-ready").touch()

    def stop(self) -> None:
        """End it in order: open transactions are rolled back, everything committed is kept."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the cluster's superuser; unaligned rows without a header."""
        command = [self.runtime.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self.sockets), "-U", "postgres", "-d", database, "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    # --- before the start -------------------------------------------------------------------------

    def _refuse_foreign_major(self) -> None:
        file = self.cluster / "PG_VERSION"
        if not file.is_file():
            return
        found = file.read_text().strip()
        if found != self.runtime.major:
            raise StartError(
                f"The database in {self.cluster} was made by PostgreSQL {found}, and this version "
                f"of Pilotage brings PostgreSQL {self.runtime.major}. Make a backup with the "
                "version that made it (./run backup FILE) and restore it here into a new folder "
                "(./run restore FILE --data NEW)."
            )

    def _initdb(self) -> None:
        if self.cluster.exists() and any(self.cluster.iterdir()):
            # An interrupted first start: PG_VERSION is written early, so nothing of worth is here.
            shutil.rmtree(self.cluster)
        self.cluster.mkdir(mode=0o700, exist_ok=True)
        self._own(self.cluster)
        command = [self.runtime.program("initdb"), "-D", str(self.cluster), "-U", "postgres"]
        command += ["-A", "trust", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        command += ["--no-instructions"] + (["--no-sync"] if self.options.get("fsync") else [])
        output = self.log.open("ab")
        with output:
            done = spawn(command, output=output, user=self.runtime.user, folder=Path("/")).wait()
        if done:
            shutil.rmtree(self.cluster, ignore_errors=True)
            raise StartError(
                f"The database could not be created in {self.cluster}: {self._last_words()} "
                f"See {self.log}."
            )

    def _end_leftover(self) -> None:
        """Deal with the pid file of a run that did not end in order.

        PostgreSQL refuses to start when the process id in that file is alive, whoever has it by
        now. If it is really a server on this cluster we end it; if it is a stranger we put our own
        id in its place, which PostgreSQL ignores as its parent. Deleting the file would also throw
        away the key by which it recognises backends that are still writing.
        """
        for lock in self.sockets.glob(".s.PGSQL.*"):
            lock.unlink(missing_ok=True)  # We hold the data folder, so nobody listens there.
        pid_file = self.cluster / "postmaster.pid"
        try:
            lines = pid_file.read_text().split("\n")
            pid = int(lines[0])
        except FileNotFoundError:
            return
        except ValueError:
            pid_file.unlink()  # Empty or half written: the machine went down.
            return
        if alive(pid) and self._is_our_server(pid):
            os.kill(pid, signal.SIGINT)
            _wait_gone(pid, 20)
        elif alive(pid):
            lines[0] = str(os.getpid())
            pid_file.write_text("\n".join(lines))

    def _is_our_server(self, pid: int) -> bool:
        words = command_line(pid)
        return "postgres" in words and str(self.cluster) in words

    # --- start ------------------------------------------------------------------------------------

    def _launch(self) -> bool:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.options,
        }
        command = [self.runtime.program("postgres"), "-D", str(self.cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as output:
            self.process = spawn(
                command,
                output=output,
                user=self.runtime.user,
                death=signal.SIGINT,
                folder=Path("/"),
            )
        deadline = time.monotonic() + START_WAIT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            if self.answers():
                return True
            time.sleep(0.03)
        self.stop()
        return False

    def answers(self) -> bool:
        command = [self.runtime.program("pg_isready"), "-q", "-h", str(self.sockets)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def _make_logins(self) -> None:
        for login in (OWNER, APP):
            if login not in self.sql("SELECT rolname FROM pg_roles").splitlines():
                self.sql(f"CREATE ROLE {login} LOGIN")
        if DATABASE not in self.sql("SELECT datname FROM pg_database").splitlines():
            self.sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _own(self, path: Path) -> Path:
        user = self.runtime.user
        if user is not None and path.exists():
            os.chown(path, user.pw_uid, user.pw_gid)
        return path

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return " ".join(lines[-3:])

    def _why_not(self) -> str:
        words = self._last_words()
        if "No space left" in words:
            return f"PostgreSQL does not start: the disk of {self.cluster} is full. Make room."
        return f"PostgreSQL does not start: {words} The whole story is in {self.log}."


def _wait_gone(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            raise StartError(
                f"An earlier PostgreSQL (process {pid}) does not end. End it and start again."
            )
        time.sleep(0.05)
