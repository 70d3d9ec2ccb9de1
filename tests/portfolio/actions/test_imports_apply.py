"""Applying is one transaction, its progress is seen before it ends, and sizes do not matter."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.actions import import_sql, imports
from portfolio.models import Event, ImportRun, Pilot, StageInterval
from tests.portfolio.transfer.files import csv_bytes

HEADER = ["Name", "Unit", "Stage", "Start date", "Remark"]


def given(folder: Path, count: int, word: str = "x", stage: str = "PoC") -> Path:
    path = folder / "list.csv"
    rows = [
        [f"Pilot {n}", f"Unit {n % 7}", stage, "2024-03-01", f"{word} {n}"] for n in range(count)
    ]
    path.write_bytes(csv_bytes(HEADER, *rows))
    return path


def run(path: Path) -> dict[str, int]:
    return imports.run_file(path=path, mapping=None, dry_run=False).plan.counts()


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_one_transaction_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    usual = import_sql.insert_pilots

    def looked(cursor: Any, pilots: list[dict[str, Any]]) -> None:
        usual(cursor, pilots)
        aside = connection.copy()
        with aside.cursor() as other:
            other.execute("SELECT progress FROM portfolio_importrun")
            [(progress,)] = other.fetchall()
            other.execute("SELECT count(*) FROM portfolio_pilot")
            [(pilots_seen,)] = other.fetchall()
        aside.close()
        seen.append((progress, pilots_seen))

    monkeypatch.setattr(import_sql, "insert_pilots", looked)
    assert run(given(tmp_path, 1_200))["created"] == 1_200
    assert seen == [(1_000, 0)]


@pytest.mark.django_db(transaction=True)
def test_what_breaks_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(import_sql, "record_issues", broken)
    with pytest.raises(RuntimeError):
        run(given(tmp_path, 20))
    assert not Pilot.objects.exists()
    # The lists loaded at the start are told of as well.
    assert not Event.objects.exclude(verb="checklist.loaded").exists()
    assert ImportRun.objects.get().state == "failed"
    monkeypatch.undo()
    assert run(given(tmp_path, 20))["created"] == 20


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_rows(
    tmp_path: Path,
) -> None:
    counted: list[int] = []
    run(given(tmp_path, 7))
    for count in (14, 210):
        with CaptureQueriesContext(connection) as queries:
            run(given(tmp_path, count))
        counted.append(len(queries))
    assert counted[0] == counted[1]
    counted.clear()
    for word in ("y", "z"):
        with CaptureQueriesContext(connection) as queries:
            result = run(given(tmp_path, 210, word, "Pilot" if word == "y" else "Live"))
        assert result["updated"] == 210
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.django_db
def test_a_second_import_writes_no_row_of_a_pilot(tmp_path: Path) -> None:
    path = given(tmp_path, 50)
    run(path)
    before = _written()
    assert run(path)["unchanged"] == 50
    assert _written() == before


def _written() -> list[tuple[Any, ...]]:
    """The version (xmin) of every row that an import may write."""
    found: list[tuple[Any, ...]] = []
    tables = [m._meta.db_table for m in (Pilot, StageInterval, Event)]
    with connection.cursor() as cursor:
        for table in (*tables, "portfolio_importedcells", "portfolio_pilotfacts"):
            cursor.execute(f"SELECT '{table}', xmin::text, ctid::text FROM {table} ORDER BY ctid")
            found += cursor.fetchall()
    return found
