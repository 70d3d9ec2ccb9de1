"""Every failure of the start is one clear sentence with the cure, and a code that is not zero."""

from __future__ import annotations

import fcntl
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation

pytestmark = pytest.mark.slow


@pytest.fixture
def place() -> Iterator[Installation]:
    made = Installation()
    yield made
    made.close()


def sentence(place: Installation, *words: str, **environment: str) -> str:
    """What the failing command says: exactly one line on standard error."""
    done = place.run(*(words or ("up", "--port", str(place.port))), env=environment)
    assert done.returncode not in (0, None), done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert not place.processes()
    return done.stderr


@pytest.mark.parametrize("detach", [[], ["--detach"]])
def test_a_taken_port(place: Installation, detach: list[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", place.port))
        other.listen()
        said = sentence(place, "up", "--port", str(place.port), *detach)
    assert f"Port {place.port} cannot be used" in said
    assert f"--port {place.port + 1}" in said


def test_a_locked_data_folder(place: Installation) -> None:
    place.data.mkdir(mode=0o711)
    with (place.data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (place.data / "servers.json").write_text('{"pid": 1, "kind": "up", "address": "x"}')
        said = sentence(place)
    assert "Pilotage already runs on" in said
    assert "./run stop" in said


def test_a_data_folder_that_cannot_be_made(place: Installation) -> None:
    (place.root / "file").write_text("")
    said = sentence(place, "up", "--data", str(place.root / "file" / "data"))
    assert "cannot be used" in said
    assert "--data" in said


def test_an_unreachable_database(place: Installation) -> None:
    url = "postgres://somebody:secret@127.0.0.1:9/pilotage"
    said = sentence(place, DATABASE_URL=url)
    assert "The database of DATABASE_URL does not answer" in said
    assert "secret" not in said


def test_an_unreachable_database_for_a_single_command(place: Installation) -> None:
    url = "postgres://somebody:secret@127.0.0.1:9/pilotage"
    said = sentence(place, "manage", "showmigrations", DATABASE_URL=url)
    assert "The database does not answer" in said
    assert "secret" not in said


def test_a_dead_broker(place: Installation) -> None:
    said = sentence(place, REDIS_URL="redis://127.0.0.1:9/0")
    assert "The broker of REDIS_URL does not answer" in said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PILOTAGE_ZONE", "Mars/Olympus", "Write a name such as Europe/Berlin"),
        ("SITE_URL", "pilotage.example.com", "Write the public address"),
        ("PILOTAGE_SMTP_URL", "mail.example.com", "is not an SMTP address"),
        ("PILOTAGE_TICK_EVERY", "often", "Use a number of seconds"),
        ("PILOTAGE_LOG_LEVEL", "LOUD", "Use one of DEBUG"),
        ("SECRET_KEY", "short", "is missing or shorter than 32 characters"),
        ("SECRET_KEY_FILE", "/nowhere/key", "SECRET_KEY_FILE cannot be read"),
    ],
)
def test_a_wrong_setting(place: Installation, name: str, value: str, words: str) -> None:
    said = sentence(place, "manage", "check", **{name: value})
    assert name in said
    assert words in said


def test_a_wrong_setting_stops_up(place: Installation) -> None:
    said = sentence(place, PILOTAGE_ZONE="Mars/Olympus")
    assert "PILOTAGE_ZONE is 'Mars/Olympus', an unknown time zone" in said


def test_a_database_of_another_major_version(place: Installation) -> None:
    cluster = place.data / "postgres"
    cluster.mkdir(parents=True)
    place.data.chmod(0o711)
    (cluster / "PG_VERSION").write_text("15\n")
    said = sentence(place)
    assert "was made by PostgreSQL 15" in said
    assert "./run backup" in said


def test_no_python(place: Installation, tmp_path: Path) -> None:
    for tool in ("sh", "dirname", "cat", "cksum", "rm", "sed"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("run", "requirements.lock"):
        shutil.copy(place.base / name, clone / name)
    place.base = clone
    said = sentence(place, "up", PATH=str(tmp_path), HOME=str(tmp_path), PYENV_ROOT=str(tmp_path))
    assert said == (
        "pilotage: Python 3.12 or newer is needed. Install it (or uv) and start again.\n"
    )
