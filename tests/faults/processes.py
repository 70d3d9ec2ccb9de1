"""A real worker and a real beat for one test, on the test's database and broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery"]


class Process:
    """A process with all its children, in a group of its own."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.child = subprocess.Popen(
                command, cwd=BASE, env=dict(environment), stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip

    def said(self, words: str) -> bool:
        assert self.child.poll() is None, self.log.read_text()
        return words in self.log.read_text()

    def kill(self) -> None:
        """kill -9 for all of it at once, as the machine would."""
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait(60)


@contextmanager
def worker(environment: Mapping[str, str], log: Path) -> Iterator[Process]:
    command = [*CELERY, "worker", "--loglevel", "INFO", "--concurrency", "1"]
    running = Process([*command, "--without-gossip", "--without-mingle"], environment, log)
    try:
        until(lambda: running.said(" ready."), "the worker is ready")
        yield running
    finally:
        running.kill()


@contextmanager
def beat(environment: Mapping[str, str], log: Path) -> Iterator[Process]:
    command = [*CELERY, "beat", "--loglevel", "INFO"]
    command += ["--scheduler", "config.celery:Clockwork", "--pidfile="]
    running = Process(command, environment, log)
    try:
        until(lambda: running.said("beat: Starting"), "beat is running")
        yield running
    finally:
        running.kill()


def until(true: Callable[[], object], what: str, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
