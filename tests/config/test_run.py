"""`./run` as a new user has it: a fresh clone, a bare PATH, root or not, two at once."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import BASE, Installation

pytestmark = pytest.mark.slow
# What a shell brings; neither uv nor npm nor a compiler.
BARE = ("sh", "dirname", "cat", "cksum", "rm", "sed", "git")


def copy_clone(target: Path) -> Path:
    """What git knows or would add, as it stands in the working folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=BASE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (BASE / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(BASE / name, target / name)
    return target


def bare_path(folder: Path, python: Path) -> str:
    folder.mkdir()
    for tool in BARE:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    (folder / "python3").symlink_to(python)
    # A shim that exists and fails must not be taken.
    shim = folder / "python3.13"
    shim.write_text("#!/bin/sh\necho 'shim: python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    return str(folder)


def real_python() -> Path:
    return Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"


@pytest.fixture
def fresh() -> Iterator[Installation]:
    place = Installation()
    place.base = copy_clone(place.root / "clone")
    place.environment.pop("PILOTAGE_DATA")
    place.data = place.base / "var"
    place.environment |= {
        "HOME": str(place.root),
        "PATH": bare_path(place.root / "bin", real_python()),
    }
    for name in ("VIRTUAL_ENV", "PYTHONPATH"):
        place.environment.pop(name, None)
    yield place
    place.close()


def first_start(place: Installation) -> str:
    done = place.run("up", "--port", str(place.port), "--detach")
    if "could not be installed" in done.stderr:
        pytest.skip("there is no package index; set PIP_INDEX_URL to one to try a fresh clone")
    assert done.returncode == 0, done.stderr + place.log()[-2000:]
    return done.stdout


def test_a_fresh_clone_with_a_bare_path(fresh: Installation) -> None:
    shown = first_start(fresh)
    assert shown.count("one-time password:") == 1
    assert f"Pilotage is ready: http://localhost:{fresh.port}" in shown
    assert fresh.is_ready()
    before = (fresh.base / ".venv" / "installed-requirements.lock").stat().st_mtime_ns
    fresh.stop()
    assert not fresh.processes()
    assert "password" not in fresh.up()
    assert "password" not in fresh.log(), "the one-time password is in no log"
    after = (fresh.base / ".venv" / "installed-requirements.lock").stat().st_mtime_ns
    assert after == before, "nothing is installed again while the lock is unchanged"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_as_an_ordinary_user(fresh: Installation) -> None:
    user = pwd.getpwnam("nobody")
    python = fresh.root / "python"
    if not os.access(sys.base_prefix, os.X_OK) or Path(sys.base_prefix).is_relative_to("/root"):
        skip = shutil.ignore_patterns("test", "__pycache__", "*.a", "site-packages")
        shutil.copytree(sys.base_prefix, python, symlinks=True, ignore=skip)
        shutil.copytree(
            Path(sys.base_prefix) / f"lib/python3.{sys.version_info.minor}/site-packages",
            python / f"lib/python3.{sys.version_info.minor}/site-packages",
        )
        (fresh.root / "bin" / "python3").unlink()
        (fresh.root / "bin" / "python3").symlink_to(python / "bin" / real_python().name)
        fresh.environment["LD_LIBRARY_PATH"] = str(python / "lib")
    for path in (fresh.root, *fresh.root.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    become = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    done = fresh.run("up", "--port", str(fresh.port), "--detach", **become)
    if "could not be installed" in done.stderr:
        pytest.skip("there is no package index; set PIP_INDEX_URL to one to try a fresh clone")
    assert done.returncode == 0, done.stderr
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in fresh.processes()}
    assert owners == {user.pw_uid}
    assert fresh.run("stop", **become).returncode == 0
    assert not fresh.processes()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has servers that run as someone else")
def test_a_clone_below_a_private_home() -> None:
    """The servers' user cannot pass a 0700 home, and no mode of a parent is changed for it."""
    place = Installation()
    try:
        home = place.root / "home"
        home.mkdir(mode=0o700)
        place.data = home / "data"
        place.environment["PILOTAGE_DATA"] = str(place.data)
        place.up()
        assert (place.data / "where.json").exists()
        assert not (place.data / "postgres").exists()
        place.kill_all()
        place.up()
        place.stop()
        assert oct(home.stat().st_mode & 0o777) == "0o700"
    finally:
        place.close()


def test_a_long_path() -> None:
    """A socket's path may have 107 bytes, so the sockets move to a temporary folder."""
    place = Installation()
    try:
        place.data = place.root / ("long-" * 30) / "data"
        place.environment["PILOTAGE_DATA"] = str(place.data)
        place.up()
        sockets = Path(place.facts()["sockets"])
        assert not sockets.is_relative_to(place.data)
        assert oct(sockets.stat().st_mode & 0o777) == "0o700"
        place.kill_all()
        place.up()
        assert not sockets.exists(), "the folder of the killed run is gone"
        sockets = Path(place.facts()["sockets"])
        place.stop()
        assert not sockets.exists()
    finally:
        place.close()


def test_two_at_once_and_commands_meanwhile() -> None:
    places = [Installation(), Installation()]
    try:
        starts = [threading.Thread(target=place.up) for place in places]
        for start in starts:
            start.start()
        for start in starts:
            start.join()
        assert all(place.is_ready() for place in places)
        for number, place in enumerate(places):
            add = ["create_user", f"person{number}@example.com", "--role", "viewer"]
            done = place.run("manage", *add)
            assert done.returncode == 0, done.stderr
        for number, place in enumerate(places):
            with place.database() as database:
                found = database.execute("SELECT email FROM accounts_user ORDER BY email")
                emails = [email for (email,) in found]
            assert emails == ["admin@localhost", f"person{number}@example.com"]
    finally:
        for place in places:
            place.close()


def test_commands_alone_share_one_database() -> None:
    """Two at once on a new folder: one starts the database, the other attaches, both are done."""
    place = Installation()
    try:
        results = []

        def add(number: int) -> None:
            words = ["create_user", f"person{number}@example.com", "--role", "viewer"]
            results.append(place.run("manage", *words))

        commands = [threading.Thread(target=add, args=[number]) for number in range(3)]
        for command in commands:
            command.start()
        for command in commands:
            command.join()
        assert [result.stderr for result in results if result.returncode] == []
        assert len(results) == 3
        assert not place.processes()
        ask = "from accounts.models import User; print(User.objects.count())"
        count = place.run("manage", "shell", "-v0", "-c", ask)
        assert count.stdout.strip() == "3"
    finally:
        place.close()
