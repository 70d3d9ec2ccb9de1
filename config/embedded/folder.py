"""The data folder: who may use it, the secret key, and where the servers' sockets are."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from config.embedded.binaries import STATE, make_open_folder
from config.embedded.errors import StartError

BASE = Path(__file__).resolve().parent.parent.parent
SOCKET_PATH_MAX = 107 - len("/.s.PGSQL.5432.lock")


class DataFolder:
    """Everything an installation keeps. One process holds `lock` while servers run on it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._locks: list[int] = []

    @classmethod
    def chosen(cls, option: str | None = None) -> DataFolder:
        """The folder of --data, else of PILOTAGE_DATA, else var/ in the clone."""
        return cls(Path(option or os.environ.get("PILOTAGE_DATA") or BASE / "var"))

    def prepare(self) -> None:
        """Create the folder. As root it can be passed through: the servers run as someone else."""
        try:
            with suppress(FileExistsError):  # perhaps by another process, a moment ago
                self.path.mkdir(parents=True)
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for name in ("logs", "mail", "files"):
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StartError(
                f"The data folder {self.path} cannot be used ({error.strerror}). "
                "Choose another one with --data or PILOTAGE_DATA, or change its owner."
            ) from None

    def secret_key(self) -> str:
        """The key that signs sessions; made at the first start, readable by its owner only."""
        file = self.path / "secret_key"
        if not file.exists():
            self._write_secret(file)
        return file.read_text().strip()

    def _write_secret(self, file: Path) -> None:
        """Whole or not at all: another process starting now must never read an empty key."""
        try:
            descriptor, own = tempfile.mkstemp(prefix="secret_key.", dir=self.path)  # mode 0600
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_urlsafe(50))
            with suppress(FileExistsError):  # Someone else was first; theirs counts.
                os.link(own, file)
            os.unlink(own)
        except OSError as error:
            raise StartError(f"{file} cannot be written ({error.strerror}).") from None

    # --- locks ------------------------------------------------------------------------------------

    def try_lock(self) -> bool:
        """Become the one process that runs servers here; the kernel forgets it with our death."""
        held = _flock(self.path / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if held is None:
            return False
        self._locks.append(held)
        return True

    @contextmanager
    def attached(self) -> Iterator[None]:
        """While inside, whoever runs the servers for a single command waits for us."""
        held = _flock(self.path / "guests", fcntl.LOCK_SH)
        try:
            yield
        finally:
            if held is not None:
                os.close(held)

    def wait_for_guests(self) -> None:
        held = _flock(self.path / "guests", fcntl.LOCK_EX)
        if held is not None:
            os.close(held)

    def unlock(self) -> None:
        for held in self._locks:
            os.close(held)
        self._locks.clear()

    # --- what the holder of the lock tells the others ---------------------------------------------

    def publish(self, facts: dict[str, Any]) -> None:
        file = self.path / "servers.json"
        fresh = file.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(facts, out)
        fresh.replace(file)

    def published(self) -> dict[str, Any]:
        try:
            facts = json.loads((self.path / "servers.json").read_text())
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def retract(self) -> None:
        """Forget what was published, and the socket folder if it was a temporary one."""
        sockets = Path(str(self.published().get("sockets") or self.path / "run"))
        if sockets.parent == Path(tempfile.gettempdir()) and sockets.name.startswith("pilotage-"):
            shutil.rmtree(sockets, ignore_errors=True)
        (self.path / "servers.json").unlink(missing_ok=True)

    # --- where the servers live -------------------------------------------------------------------

    def cluster(self, user: pwd.struct_passwd | None) -> Path:
        """The folder of the database; outside when the servers' user cannot pass to it.

        A clone below a 0700 home is the usual reason. No mode of a parent is changed for it; the
        data folder records where the database is instead.
        """
        record = self.path / "where.json"
        if record.is_file():
            return self._lock_outside(Path(json.loads(record.read_text())["postgres"]))
        inside = self.path / "postgres"
        if user is None or can_pass(user, self.path):
            return inside
        name = hashlib.sha256(str(self.path).encode()).hexdigest()[:16]
        outside = STATE / "data" / name / "postgres"
        try:
            make_open_folder(outside.parent)
            os.chown(outside.parent, user.pw_uid, user.pw_gid)
        except OSError as error:
            raise StartError(
                f"User {user.pw_name} cannot reach {self.path}, and {outside.parent} cannot be "
                f"made instead ({error.strerror}). Choose a folder it can reach with --data."
            ) from None
        record.write_text(json.dumps({"postgres": str(outside)}))
        return self._lock_outside(outside)

    def _lock_outside(self, cluster: Path) -> Path:
        held = _flock(cluster.parent / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if held is None:
            raise StartError(
                f"The database in {cluster} is in use by another data folder, perhaps a copy of "
                "this one. Stop that one first."
            )
        self._locks.append(held)
        return cluster

    def sockets(self, user: pwd.struct_passwd | None) -> Path:
        """A folder for the sockets that only the servers' user enters, with a short enough path."""
        inside = self.path / "run"
        short = len(os.fsencode(inside)) <= SOCKET_PATH_MAX
        if short and (user is None or can_pass(user, self.path)):
            inside.mkdir(mode=0o700, exist_ok=True)
            folder = inside
        else:
            folder = Path(tempfile.mkdtemp(prefix="pilotage-"))
        folder.chmod(0o700)
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        return folder


def can_pass(user: pwd.struct_passwd, folder: Path) -> bool:
    """True when this user may enter every folder down to and including this one."""
    for path in (folder, *folder.parents):
        facts = path.stat()
        if facts.st_uid == user.pw_uid:
            allowed = facts.st_mode & 0o100
        elif facts.st_gid == user.pw_gid:
            allowed = facts.st_mode & 0o010
        else:
            allowed = facts.st_mode & 0o001
        if not allowed:
            return False
    return True


def _flock(file: Path, how: int) -> int | None:
    """Lock a file; the descriptor that holds the lock, or None when someone else has it."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartError(
            f"{file} cannot be opened ({error.strerror}). The data folder belongs to another user: "
            "start as that user, or choose another folder with --data."
        ) from None
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
