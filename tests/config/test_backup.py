"""Everything goes into one file and comes out of it with equal row counts."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation

pytestmark = pytest.mark.slow

MAKE_PEOPLE = """
from accounts.actions import users
for number in range(30):
    users.create(email=f"person{number}@example.com", roles=["viewer"])
"""
FILE_EVIDENCE = """
from readiness.access import get_item
from readiness.actions import answers
from readiness.actions.files import Upload
from tests.factories import files, person, pilot
mona = person("Mona", "portfolio_manager")
one = pilot(mona, owner=mona)
for body in (b"first", bytes(range(256)) * 4_000):
    answers.save(
        pilot=one, item=get_item("security"), by=mona, channel="web", state="attested",
        file=Upload("report.pdf", files.pdf(body=body)),
    )
"""
FINGERPRINTS = """
import hashlib, json
from readiness.models import EvidenceFile
rows = EvidenceFile.objects.order_by("revision")
print(json.dumps([[f.sha256, hashlib.sha256(bytes(f.content)).hexdigest()] for f in rows]))
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Never up: `manage` starts the database for its own duration."""
    installation = Installation()
    done = installation.run("manage", "shell", "-c", MAKE_PEOPLE)
    assert done.returncode == 0, done.stderr
    done = installation.run("manage", "shell", "-c", FILE_EVIDENCE)
    assert done.returncode == 0, done.stderr
    (installation.data / "mail" / "one.log").write_text("a kept mail")
    yield installation
    installation.close()


COUNT = """
import json
from django.db import connection
with connection.cursor() as cursor:
    rows = {}
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        rows[table] = cursor.fetchone()[0]
print(json.dumps(rows))
"""


def rows(installation: Installation) -> dict[str, int]:
    """Counted by the application's login, not by the code under test."""
    done = installation.run("manage", "shell", "-v0", "-c", COUNT)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


def fingerprints(installation: Installation) -> list[list[str]]:
    """Of each evidence file the one it was filed with, and the one it has."""
    done = installation.run("manage", "shell", "-v0", "-c", FINGERPRINTS)
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_round_trip(filled: Installation) -> None:
    file = filled.root / "backup.pilotage"
    done = filled.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    assert oct(file.stat().st_mode & 0o777) == "0o600"

    other = Installation()
    try:
        done = other.run("restore", str(file), "--data", str(other.data))
        assert done.returncode == 0, done.stderr
        before = rows(filled)
        assert before["accounts_user"] == 31
        assert rows(other) == before
        filed = fingerprints(filled)
        assert len(filed) == 2
        assert all(told == found for told, found in filed), "as it was when it was filed"
        assert fingerprints(other) == filed
        other.up()
        assert (other.data / "mail" / "one.log").read_text() == "a kept mail"
        keys = [(each.data / "secret_key").read_text() for each in (filled, other)]
        assert keys[0] == keys[1]
        again = other.run("backup", str(other.root / "while-it-runs"))
        assert again.returncode == 0, again.stderr
    finally:
        other.close()


def test_restore_wants_an_empty_folder(filled: Installation) -> None:
    file = filled.root / "second.pilotage"
    assert filled.run("backup", str(file)).returncode == 0
    done = filled.run("restore", str(file))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "is not empty. Restore into a new one" in done.stderr


def test_backup_does_not_overwrite(filled: Installation) -> None:
    file = filled.root / "taken"
    file.write_text("mine")
    done = filled.run("backup", str(file))
    assert (done.returncode, file.read_text()) == (1, "mine")
    assert "is there already" in done.stderr


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08half a gzip"])
def test_a_file_that_is_no_backup(tmp_path: Path, content: bytes) -> None:
    installation = Installation()
    try:
        file = tmp_path / "nonsense"
        file.write_bytes(content)
        done = installation.run("restore", str(file))
        assert done.returncode == 1
        assert "is no backup of Pilotage, or is damaged" in done.stderr
        assert "Traceback" not in done.stderr
    finally:
        installation.close()


def test_an_archive_that_climbs_out(tmp_path: Path) -> None:
    installation = Installation()
    try:
        file = tmp_path / "evil.tar"
        with tarfile.open(file, "w") as archive:
            member = tarfile.TarInfo("../../climbed")
            archive.addfile(member)
        done = installation.run("restore", str(file))
        assert done.returncode == 1
        assert "damaged" in done.stderr
    finally:
        installation.close()
