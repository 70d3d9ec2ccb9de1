"""`./run backup FILE` and `./run restore FILE`: everything of an installation in one file.

The file is a tar archive: `manifest.json` (version, moment, rows per table), `database.dump`
(pg_dump's own format), `secret_key`, and the folders `files` and `mail`. Dump and row counts come
from the same snapshot, so that a restore can be compared row by row with what was there.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.embedded.binaries import find_runtime
from config.embedded.errors import StartError
from config.embedded.folder import BASE, DataFolder
from config.environment import Environment, given

FORMAT = 1
FOLDERS = ("files", "mail")


def owner_url() -> str:
    """The login that may read and make every table; the only one, where there is just one."""
    name = "DATABASE_OWNER_URL" if given("DATABASE_OWNER_URL") else "DATABASE_URL"
    return Environment().text(name, default="")


def write(target: Path, folder: DataFolder) -> dict[str, int]:
    """Write the backup file, readable by its owner only; the rows it holds, by table."""
    if target.exists():
        raise StartError(f"{target} is there already. Choose another name or remove it.")
    partial = target.with_name(f".{target.name}.partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise StartError(f"{target} cannot be written ({error.strerror}).") from None
    try:
        with (
            tempfile.TemporaryDirectory(prefix="pilotage-backup-") as scratch,
            os.fdopen(descriptor, "wb") as out,
            tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive,
        ):
            dump = Path(scratch) / "database.dump"
            rows = _dump(dump)
            manifest = {"format": FORMAT, "made": datetime.now(UTC).isoformat(), "rows": rows}
            _add_text(archive, "manifest.json", json.dumps(manifest, indent=1))
            archive.add(dump, "database.dump")
            _add_text(archive, "secret_key", folder.secret_key())
            for name in FOLDERS:
                if (folder.path / name).is_dir():
                    archive.add(folder.path / name, name)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def _dump(target: Path) -> dict[str, int]:
    with psycopg.connect(owner_url(), connect_timeout=5) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        options = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments"]
        options += [f"--snapshot={row[0]}", f"--file={target}", f"--dbname={owner_url()}"]
        _client("pg_dump", options)
        return count_rows(connection)


def count_rows(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of every table of ours, by name."""
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = {}
    for (table,) in sorted(found.fetchall()):
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))
        counted = connection.execute(query).fetchone()
        rows[table] = int(counted[0]) if counted else 0
    return rows


def read(source: Path, folder: DataFolder) -> dict[str, int]:
    """Restore into an empty database and data folder; the rows that are there now, by table."""
    with tempfile.TemporaryDirectory(prefix="pilotage-restore-") as scratch:
        unpacked = Path(scratch)
        manifest = _unpack(source, unpacked)
        with psycopg.connect(owner_url(), connect_timeout=5) as connection:
            if count_rows(connection):
                raise StartError(
                    "The database is not empty. Restore into a new data folder, as in "
                    f"./run restore {source} --data NEW."
                )
        # One transaction: a restore that fails leaves an empty database.
        options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
        _client(
            "pg_restore", [*options, f"--dbname={owner_url()}", str(unpacked / "database.dump")]
        )
        with psycopg.connect(owner_url(), connect_timeout=5) as connection:
            rows = count_rows(connection)
        if rows != manifest["rows"]:
            tables = sorted(set(rows.items()) ^ set(manifest["rows"].items()))
            raise StartError(f"The restored rows differ from the backup in {tables}.")
        _move_in(unpacked, folder)
    # The rights of the application's login, and what this version adds to the tables.
    command = [sys.executable, str(BASE / "manage.py"), "migrate", "--verbosity", "0"]
    if subprocess.run(command, cwd=BASE, check=False).returncode:
        raise StartError("The data is restored, but migrating it failed (see above).")
    return rows


def _unpack(source: Path, target: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(target, filter="data")
        manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text())
    except FileNotFoundError:
        raise StartError(f"{source} is not there, or is no backup of Pilotage.") from None
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise StartError(f"{source} is no backup of Pilotage, or is damaged ({error}).") from None
    if manifest.get("format") != FORMAT:
        raise StartError(f"{source} was made by a newer Pilotage. Restore it with that version.")
    return manifest


def _move_in(unpacked: Path, folder: DataFolder) -> None:
    for name in FOLDERS:
        if (unpacked / name).is_dir():
            shutil.copytree(unpacked / name, folder.path / name, dirs_exist_ok=True)
    # The same key: who was signed in stays signed in, and links in mails keep working.
    key = folder.path / "secret_key"
    key.unlink(missing_ok=True)
    with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write((unpacked / "secret_key").read_text())


def _client(program: str, options: list[str]) -> None:
    done = subprocess.run(
        [find_runtime().program(program), *options], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartError(f"{program} failed: {done.stderr.strip() or 'no reason was given'}")


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))
