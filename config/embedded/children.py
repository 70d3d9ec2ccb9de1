"""Starts child processes that cannot outlive us, and looks at foreign ones."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(
    death: int, user: pwd.struct_passwd | None = None, parent: int | None = None
) -> Callable[[], None]:
    """What a child does before its program runs: give up root, and ask for a signal at our death.

    The order matters: changing the user clears the request. Where the kernel has no such request
    (outside Linux) the next start ends what was left.
    """
    expected = os.getpid() if parent is None else parent

    def prepare() -> None:
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, death, 0, 0, 0)
            if os.getppid() != expected:  # We died in between.
                os._exit(1)

    return prepare


def spawn(
    command: Sequence[str],
    *,
    output: int | IO[bytes],
    user: pwd.struct_passwd | None = None,
    death: int = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
    fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in its own session: a Ctrl-C reaches only us, and we keep the order."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=folder,
        pass_fds=fds,
        start_new_session=True,
        preexec_fn=die_with_parent(death, user),  # noqa: PLW1509  The launcher has no threads.
    )


def command_line(pid: int) -> str:
    """The command line of a process, "" when there is none or we may not know."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        return raw.replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        pass
    if Path("/proc/self").exists():
        return ""
    try:
        shown = subprocess.run(
            ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return shown.stdout.strip()


def alive(pid: int) -> bool:
    """True while a process with this id exists, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
