"""What happens before Django: find or start the servers a command needs, then hand over."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.binaries import find_runtime
from config.embedded.errors import StartError
from config.embedded.folder import BASE, DataFolder
from config.embedded.options import Options, parse
from config.embedded.postgres import APP, OWNER, Postgres
from config.environment import Environment, given, read_dotenv

# These start, stop or replace the servers themselves.
BEFORE_DJANGO = {"up", "stop", "backup", "restore"}
# These never ask the database; everything else gets one.
WITHOUT_DATABASE = {
    "check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages",
    "startapp", "testserver", "version", "--help", "-h", "--version",
}  # fmt: skip
# On an empty database these do their own work or need none done.
WITHOUT_MIGRATING = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "dbshell"}
WAIT = 60.0  # seconds for someone else's servers to come up


def run_command(argv: list[str]) -> int:
    """Run one command; problems of the start end in one sentence and exit code 1."""
    command = argv[1] if len(argv) > 1 else "help"
    read_dotenv(BASE / ".env")
    try:
        if command in BEFORE_DJANGO:
            return _before_django(argv[1:])
        with servers_for(command) as fresh:
            return _django(argv, migrate_first=fresh and command not in WITHOUT_MIGRATING)
    except StartError as error:
        print(f"pilotage: {error}", file=sys.stderr)
        return 1


def _before_django(argv: list[str]) -> int:
    from config.embedded import up

    options = parse(argv, default_port=Environment().whole("PILOTAGE_PORT", default=8000))
    if options.data:
        os.environ["PILOTAGE_DATA"] = options.data
    doors = {"up": up.up, "stop": up.stop, "backup": _backup, "restore": _restore}
    return doors[options.command](options)


def _backup(options: Options) -> int:
    from config.embedded import backup

    folder = DataFolder.chosen(options.data)
    if not folder.path.is_dir() and not given("DATABASE_URL"):
        raise StartError(f"There is nothing to back up: {folder.path} does not exist.")
    with servers_for("backup"):
        rows = backup.write(Path(options.file), folder)
    print(f"{sum(rows.values())} rows of {len(rows)} tables are in {options.file}.")
    return 0


def _restore(options: Options) -> int:
    from config.embedded import backup

    source = Path(options.file)
    if not source.is_file():
        raise StartError(f"There is no file {source}.")
    folder = DataFolder.chosen(options.data)
    if folder.published().get("ready") or (folder.path / "postgres").exists():
        raise StartError(
            f"The data folder {folder.path} is not empty. Restore into a new one, as in "
            f"./run restore {source} --data NEW."
        )
    with servers_for("restore"):
        rows = backup.read(source, folder)
    print(f"{sum(rows.values())} rows of {len(rows)} tables are restored into {folder.path}.")
    return 0


def _django(argv: list[str], *, migrate_first: bool) -> int:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command, execute_from_command_line
    from django.db import OperationalError

    try:
        settings.INSTALLED_APPS  # noqa: B018  Reads the settings, so that a wrong one stops here.
    except ImproperlyConfigured as error:
        raise StartError(str(error)) from None
    try:
        if migrate_first:
            import django

            django.setup()
            call_command("migrate", verbosity=0)
        execute_from_command_line(argv)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) is not None:
            raise
        reason = str(error).strip().splitlines()[0]
        raise StartError(
            f"The database does not answer ({reason}). Check DATABASE_URL and the server behind it."
        ) from None
    return 0


@contextmanager
def servers_for(command: str) -> Iterator[bool]:
    """Put the addresses into the environment. Yields True when the database was made just now."""
    folder = DataFolder.chosen()
    _secret(folder)
    if command in WITHOUT_DATABASE or given("DATABASE_URL"):
        yield False
        return
    folder.prepare()
    deadline = time.monotonic() + WAIT
    while True:
        if folder.try_lock():
            with _alone(folder, command) as fresh:
                yield fresh
            return
        with folder.attached():
            # Asked only now: whoever is about to stop the servers takes this back first and
            # then waits for those who are attached.
            facts = folder.published()
            if facts.get("ready"):
                os.environ.update(facts["environment"])
                yield False
                return
        if time.monotonic() > deadline:
            raise StartError(
                f"Another process starts or stops on {folder.path} and does not get ready. "
                "See its output, or end it with ./run stop."
            )
        time.sleep(0.1)


@contextmanager
def _alone(folder: DataFolder, command: str) -> Iterator[bool]:
    """PostgreSQL for the duration of one command; others may attach to it meanwhile."""
    folder.retract()
    runtime = find_runtime()
    sockets = folder.sockets(runtime.user)
    postgres = Postgres(
        runtime, folder.cluster(runtime.user), sockets, folder.path / "logs" / "postgres.log"
    )
    fresh = not (postgres.cluster / "pilotage-ready").exists()
    try:
        postgres.start()
        environment = {
            "DATABASE_URL": postgres.url(APP),
            "DATABASE_OWNER_URL": postgres.url(OWNER),
            # Nobody listens: a bell rung by this command is lost at once, beat rings it again.
            "REDIS_URL": os.environ.get("REDIS_URL") or f"unix://{sockets}/valkey.sock",
        }
        os.environ.update(environment)
        folder.publish(
            {
                "pid": os.getpid(),
                "kind": command,
                "sockets": str(sockets),
                "environment": environment,
                "ready": not fresh,
            }
        )
        yield fresh
    finally:
        folder.publish({"pid": os.getpid(), "kind": command, "sockets": str(sockets)})
        folder.wait_for_guests()
        postgres.stop()
        folder.retract()
        folder.unlock()


def _secret(folder: DataFolder) -> None:
    os.environ.setdefault("PILOTAGE_DATA", str(folder.path))
    if not given("SECRET_KEY"):
        folder.prepare()
        os.environ["SECRET_KEY"] = folder.secret_key()
