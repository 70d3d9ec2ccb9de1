"""`./run up` and `./run stop`: from nothing to a running application, and back."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time

from config.embedded import external
from config.embedded.binaries import find_runtime
from config.embedded.children import alive, command_line
from config.embedded.console import ANNOUNCE, READY, Console
from config.embedded.errors import StartError
from config.embedded.folder import BASE, DataFolder
from config.embedded.options import Options
from config.embedded.postgres import APP, OWNER, Postgres
from config.embedded.services import services
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey
from config.environment import given

PORT_WAIT = 5.0  # seconds; a killed run lets go of its port at once, but not before
COMMAND_WAIT = 60.0  # seconds to wait for a single command that uses the database
STOP_WAIT = 60.0


def up(options: Options) -> int:
    """Start everything and stay until asked to stop; detached, return once it is ready."""
    if options.detach and ANNOUNCE not in os.environ:
        return _detach()
    folder = DataFolder.chosen(options.data)
    folder.prepare()
    os.environ["PILOTAGE_DATA"] = str(folder.path)
    if not given("SECRET_KEY"):
        os.environ["SECRET_KEY"] = folder.secret_key()
    console = Console(folder.path / "logs" / "pilotage.log")
    try:
        _take(folder, console)
        patience = PORT_WAIT if _end_leftovers(folder) else 0.0
        with _listener(options.port, patience) as listener:
            return _run(options, folder, console, listener)
    except StartError as error:
        console.fail(str(error))
        return 1
    finally:
        folder.unlock()


def _run(options: Options, folder: DataFolder, console: Console, listener: socket.socket) -> int:
    folder.retract()
    servers, addresses = _servers(folder)
    environment = {"SITE_URL": f"http://localhost:{options.port}", **os.environ, **addresses}
    # Only migrations are the owner's; web, worker and beat never learn its address.
    children = {key: env for key, env in environment.items() if not key.startswith(_OWNER)}
    facts = {
        "pid": os.getpid(),
        "kind": "up",
        "address": environment["SITE_URL"],
        "sockets": addresses.pop("sockets", ""),
        "environment": {**_external_addresses(), **addresses, "SITE_URL": environment["SITE_URL"]},
    }
    supervisor = Supervisor(
        console, services(listener.fileno(), children), servers, children, options.port
    )

    def tell(ready: bool) -> None:
        pids = [each.process.pid for each in (*servers, *supervisor.children) if each.process]
        folder.publish({**facts, "children": pids, "ready": ready})

    supervisor.listen()
    folder.publish({**facts, "children": [], "ready": False})
    try:
        for server in servers:
            server.start()
        external.check(environment)
        _set_up(options, folder, console, environment, embedded="DATABASE_URL" in addresses)
        supervisor.changed = lambda: tell(ready=False)
        supervisor.start_children()
        if supervisor.wait_until_ready():
            supervisor.changed = lambda: tell(ready=True)
            tell(ready=True)
            console.say(f"Pilotage is ready: {environment['SITE_URL']}   (Ctrl-C or ./run stop)")
            console.ready()
            supervisor.run()
        console.say("Stopping: beat, web, worker, broker, database.")
    finally:
        supervisor.stop()
        folder.retract()
    return 0


_OWNER = "DATABASE_OWNER_URL"


def _servers(folder: DataFolder) -> tuple[list[Postgres | Valkey], dict[str, str]]:
    """The embedded servers that are needed, and the addresses they will have."""
    servers: list[Postgres | Valkey] = []
    addresses: dict[str, str] = {}
    if given("DATABASE_URL") and given("REDIS_URL"):
        return servers, addresses
    runtime = find_runtime()
    sockets = folder.sockets(runtime.user)
    logs = folder.path / "logs"
    addresses["sockets"] = str(sockets)
    if not given("DATABASE_URL"):
        postgres = Postgres(runtime, folder.cluster(runtime.user), sockets, logs / "postgres.log")
        servers.append(postgres)
        addresses |= {"DATABASE_URL": postgres.url(APP), _OWNER: postgres.url(OWNER)}
    if not given("REDIS_URL"):
        valkey = Valkey(runtime, sockets, logs / "valkey.log")
        servers.append(valkey)
        addresses["REDIS_URL"] = valkey.url
    return servers, addresses


def _external_addresses() -> dict[str, str]:
    names = ("DATABASE_URL", _OWNER, "REDIS_URL")
    spelled = (*names, *(f"{name}_FILE" for name in names))
    return {name: os.environ[name] for name in spelled if os.environ.get(name)}


def _set_up(
    options: Options,
    folder: DataFolder,
    console: Console,
    environment: dict[str, str],
    *,
    embedded: bool,
) -> None:
    """Migrate, collect static files, make the first administrator; nothing when nothing changed."""
    stamp = folder.path / "set-up"
    state = _fingerprint()
    known = stamp.read_text() if stamp.is_file() else ""
    collected = (BASE / "staticfiles" / "staticfiles.json").is_file()
    if embedded and collected and not options.demo and known == state:
        return
    command = [sys.executable, "manage.py", "set_up", *(["--demo"] if options.demo else [])]
    with subprocess.Popen(
        command,
        cwd=BASE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        out, problems = child.communicate()
    for line in out.splitlines():
        console.say(line)
    if child.returncode:
        last = problems.strip().splitlines()[-1:] or ["no reason was given"]
        for line in problems.splitlines()[:-1]:
            console.line("set up", line)
        raise StartError(last[0].removeprefix("pilotage: "))
    stamp.write_text(state)


def _fingerprint() -> str:
    """Changes with any file of the product and any setting; setting up is skipped otherwise."""
    folders = ("accounts", "common", "config", "portfolio", "readiness", "static", "templates")
    words = [f"{key}={value}" for key, value in sorted(os.environ.items()) if "_URL" in key]
    words += [f"{key}={value}" for key, value in sorted(os.environ.items()) if "PILOTAGE" in key]
    digest = hashlib.sha256("\n".join([str(BASE), *words]).encode())
    files = [file for name in folders for file in sorted((BASE / name).rglob("*.*"))]
    for file in [*files, BASE / "requirements.lock"]:
        if file.suffix != ".pyc" and file.is_file():
            facts = file.stat()
            digest.update(f"{file} {facts.st_mtime_ns} {facts.st_size}\n".encode())
    return digest.hexdigest()


# --- one at a time --------------------------------------------------------------------------------


def _take(folder: DataFolder, console: Console) -> None:
    """Get the data folder for ourselves, waiting for a single command but not for another `up`."""
    deadline = time.monotonic() + COMMAND_WAIT
    told = False
    while not folder.try_lock():
        facts = folder.published()
        kind, pid = facts.get("kind", "another command"), facts.get("pid")
        if kind == "up":
            raise StartError(
                f"Pilotage already runs on {folder.path}: {facts.get('address')} (process {pid}). "
                "End it with ./run stop, or choose another folder with --data."
            )
        if not told:
            console.say(f"Waiting for {kind} (process {pid}), which uses {folder.path}.")
            told = True
        if time.monotonic() > deadline:
            raise StartError(
                f"The data folder {folder.path} is locked by {kind} (process {pid}). "
                "Wait for it or end it, or choose another folder with --data."
            )
        time.sleep(0.1)


def _end_leftovers(folder: DataFolder) -> bool:
    """End children of a run that was killed; True when there was such a run.

    Linux ends them with their parent, elsewhere it is done here.
    """
    marks = (str(BASE), "celery", "gunicorn", "valkey-server")
    facts = folder.published()
    for pid in facts.get("children", []):
        words = command_line(pid)
        if alive(pid) and any(mark in words for mark in marks) and "postgres" not in words:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    return bool(facts)


def _listener(port: int, patience: float) -> socket.socket:
    """The web server's socket. We keep it, so that a restart of web refuses no connection."""
    deadline = time.monotonic() + patience
    while True:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((os.environ.get("PILOTAGE_BIND", "127.0.0.1"), port))
            listener.listen(512)
        except PermissionError:
            listener.close()
            raise StartError(
                f"Port {port} is reserved for the system. Choose one from 1024 on with --port."
            ) from None
        except OSError as error:
            listener.close()
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise StartError(
                f"Port {port} cannot be used ({error.strerror}): another program has it. "
                f"Choose another one, as in ./run up --port {port + 1}."
            ) from None
        return listener


# --- detached, and the end ------------------------------------------------------------------------


def _detach() -> int:
    """Start ourselves once more in the background and wait for its word."""
    read, write = os.pipe()
    os.set_inheritable(write, True)
    child = subprocess.Popen(
        [sys.executable, str(BASE / "manage.py"), *sys.argv[1:]],
        env={**os.environ, ANNOUNCE: str(write)},
        stdin=subprocess.DEVNULL,
        pass_fds=[write],
        start_new_session=True,
    )
    os.close(write)
    with os.fdopen(read, encoding="utf-8", errors="replace") as words:
        for line in words:
            if line.rstrip("\n") == READY:
                return 0
            print(line, end="", file=sys.stderr if line.startswith("pilotage: ") else sys.stdout)
    return child.wait() or 1


def stop(options: Options) -> int:
    """End a running `up` in order and wait until nothing of it is left."""
    folder = DataFolder.chosen(options.data)
    if not folder.path.is_dir() or folder.try_lock():
        folder.unlock()
        print(f"Nothing runs on {folder.path}.")
        return 0
    facts = folder.published()
    pid = int(facts.get("pid") or 0)
    if facts.get("kind") != "up" or not pid:
        raise StartError(f"{folder.path} is in use by {facts.get('kind')} (process {pid}).")
    begun = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    while not folder.try_lock() or command_line(pid):
        folder.unlock()
        if time.monotonic() - begun > STOP_WAIT:
            raise StartError(f"Process {pid} does not end. End it with: kill -9 {pid}")
        time.sleep(0.05)
    folder.unlock()
    print("Stopped.")
    return 0
