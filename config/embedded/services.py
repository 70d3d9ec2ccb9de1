"""The three processes of the application, and how each is started, watched and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from config.embedded.children import spawn
from config.embedded.folder import BASE

BACK_OFF = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the next start of what keeps ending
STEADY = 60.0  # seconds after which a process counts as well again


@dataclass
class Service:
    """One child. `mark` is what it prints when it is ready; web is asked over HTTP instead."""

    name: str
    command: list[str]
    mark: bytes
    patience: float  # seconds to end in order, before it is killed
    fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    ready: bool = False
    failures: int = 0
    started: float = 0.0
    next_start: float = 0.0
    tail: bytes = b""
    lines: list[str] = field(default_factory=list)  # the last few, for the sentence of a failure

    def start(self, environment: dict[str, str]) -> None:
        self.ready = False
        self.tail = b""
        self.started = time.monotonic()
        self.process = spawn(
            self.command,
            output=subprocess.PIPE,
            # If we are killed there is nobody left to end them in order; rows are claimed again.
            death=signal.SIGKILL,
            env=environment,
            folder=BASE,
            fds=self.fds,
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)

    def ended(self) -> int | None:
        """The exit code of a process that ended; plans the next start."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is None:
            return None
        steady = time.monotonic() - self.started > STEADY
        self.failures = 0 if steady else self.failures + 1
        self.next_start = time.monotonic() + BACK_OFF[min(max(self.failures, 1), len(BACK_OFF)) - 1]
        self.process = None
        return code

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end; `kill` follows when it takes longer than its patience."""
        if self.process is not None and self.running():
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and what it started, at once."""
        if self.process is not None and self.running():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


def services(listener: int, environment: dict[str, str]) -> list[Service]:
    """Web, worker and beat, in the order of their start. Beat keeps no file."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery"]
    quiet = ["--loglevel", "INFO"]
    processes = environment.get("PILOTAGE_WORKER_PROCESSES", "2")
    worker = [*celery, "worker", *quiet, "--concurrency", processes]
    worker += ["--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", *quiet, "--scheduler", "config.celery:Clockwork", "--pidfile="]
    web = [sys.executable, "-m", "gunicorn", "-c", "python:config.server", "config.wsgi"]
    web += ["--bind", f"fd://{listener}"]
    return [
        Service("web", web, b"", 10, fds=(listener,)),
        Service("worker", worker, b" ready.", 10),
        Service("beat", beat, b"beat: Starting", 5),
    ]
