"""Where output goes: announcements to the person, lines of the children with a prefix.

In the foreground both go to the terminal. Detached, the lines go to a file in the data folder
that is exchanged when it gets large, and the announcements through a pipe to the process that the
person started.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

ANNOUNCE = "PILOTAGE_ANNOUNCE_FD"  # set by the waiting process for its detached child
READY = "\x00ready"
LOG_MAX = 10_000_000  # bytes; one older file is kept


class Console:
    """All output of the supervisor."""

    def __init__(self, log: Path) -> None:
        self._log = log
        pipe = os.environ.pop(ANNOUNCE, None)
        self._pipe = None if pipe is None else int(pipe)
        self._detached = pipe is not None
        if self._pipe is not None:
            os.set_inheritable(self._pipe, False)
            self._open()

    def say(self, text: str) -> None:
        """Something the person must see, such as the address or a one-time password."""
        _write(1 if self._pipe is None else self._pipe, text)

    def fail(self, text: str) -> None:
        """Why it did not start."""
        _write(2 if self._pipe is None else self._pipe, f"pilotage: {text}")

    def line(self, name: str, text: str) -> None:
        """One line of a child."""
        _write(1, f"{name:<8} | {text}")
        if self._detached and os.fstat(1).st_size > LOG_MAX:
            self._log.replace(self._log.with_suffix(".log.1"))
            self._open()

    def ready(self) -> None:
        """Let the waiting process go."""
        if self._pipe is not None:
            _write(self._pipe, READY)
            os.close(self._pipe)
            self._pipe = None

    def _open(self) -> None:
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)


def _write(descriptor: int, text: str) -> None:
    # The terminal or the waiting process may be gone; the work goes on.
    with contextlib.suppress(OSError):
        os.write(descriptor, f"{text}\n".encode(errors="replace"))
