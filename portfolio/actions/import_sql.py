# ruff: noqa: S608 - table and column names come from the models, values are parameters
"""The statements of an import: rows come in by COPY, and one statement applies them all.

Temporary tables lie in the session's own space and go with the transaction.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper

from portfolio.models import ImportIssue, ImportRow, Pilot, RoleAssignment
from portfolio.queries.imports import FIELDS
from portfolio.transfer.plan import Plan

STAGED = ("stage", "stage_since", "stage_since_bound", "first_production_on", "shipped")


def reserve(cursor: CursorWrapper, model: type[Any], count: int) -> list[int]:
    """Ids that the table's own sequence gives out."""
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [model._meta.db_table, count],
    )
    return [number for (number,) in cursor.fetchall()]


# Made once: json.dumps would make an encoder for each of a hundred thousand calls.
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def copy(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    names = ", ".join(f'"{c}"' for c in columns)
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def beside(cursor: CursorWrapper, name: str, table: str, columns: Sequence[str]) -> None:
    """An empty temporary table with these columns of another, without its constraints."""
    names = ", ".join(f'"{c}"' for c in columns)
    cursor.execute(
        f'CREATE TEMP TABLE {name} ON COMMIT DROP AS SELECT {names} FROM "{table}" LIMIT 0'
    )


def insert_pilots(cursor: CursorWrapper, pilots: list[dict[str, Any]]) -> None:
    """Through a table on the side: a COPY straight in would carry no context for the history."""
    fields = list(Pilot._meta.concrete_fields)
    defaults: dict[str, Any] = {str(f.column): f.get_default() for f in fields}
    table, columns = Pilot._meta.db_table, [str(f.column) for f in fields]
    names = ", ".join(f'"{c}"' for c in columns)
    beside(cursor, "import_new", table, columns)
    copy(cursor, "import_new", columns, ([{**defaults, **p}[c] for c in columns] for p in pilots))
    cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM import_new ORDER BY id')
    cursor.execute("DROP TABLE import_new")


def edit_pilots(cursor: CursorWrapper, edits: list[dict[str, Any]]) -> None:
    """One UPDATE for all; stage and unit are null where an edit leaves them alone."""
    plain = ("name", "name_key", *FIELDS)
    columns = ("id", *plain, "unit_id", *STAGED)
    table = Pilot._meta.db_table
    beside(cursor, "import_edit", table, columns)
    copy(cursor, "import_edit", columns, ([e.get(c) for c in columns] for e in edits))
    sets = [f'"{c}" = e."{c}"' for c in plain]
    sets += ["unit_id = coalesce(e.unit_id, p.unit_id)", "version = p.version + 1"]
    sets += [f'"{c}" = CASE WHEN e.stage IS NULL THEN p."{c}" ELSE e."{c}" END' for c in STAGED]
    cursor.execute(f'UPDATE "{table}" p SET {", ".join(sets)} FROM import_edit e WHERE e.id = p.id')
    cursor.execute("DROP TABLE import_edit")


def release(cursor: CursorWrapper, released: list[tuple[int, str]], today: date) -> None:
    """End the open intervals of these (pilot, role) pairs."""
    cursor.execute("CREATE TEMP TABLE import_released (pilot bigint, role text) ON COMMIT DROP")
    copy(cursor, "import_released", ("pilot", "role"), released)
    table = RoleAssignment._meta.db_table
    cursor.execute(
        f'UPDATE "{table}" a SET until = %s FROM import_released r '
        "WHERE a.pilot_id = r.pilot AND a.role = r.role AND a.until IS NULL",
        [today],
    )
    cursor.execute("DROP TABLE import_released")


def upsert(
    cursor: CursorWrapper, model: type[Any], columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    """Insert or replace by the first column, the primary key."""
    if not rows:
        return
    table, names = model._meta.db_table, ", ".join(f'"{c}"' for c in columns)
    beside(cursor, "import_side", table, columns)
    copy(cursor, "import_side", columns, rows)
    sets = ", ".join(f'"{c}" = excluded."{c}"' for c in columns[1:])
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM import_side '
        f'ON CONFLICT ("{columns[0]}") DO UPDATE SET {sets}'
    )
    cursor.execute("DROP TABLE import_side")


def record_fates(cursor: CursorWrapper, fates: list[tuple[Any, ...]], run: int) -> None:
    """Note on the staged rows (number, action, pilot id or None, changes as JSON, problem)."""
    cursor.execute(
        "CREATE TEMP TABLE import_fate (number int, action text, pilot bigint, "
        "changes jsonb, problem text) ON COMMIT DROP"
    )
    copy(cursor, "import_fate", ("number", "action", "pilot", "changes", "problem"), fates)
    cursor.execute(
        f'UPDATE "{ImportRow._meta.db_table}" r SET action = f.action, pilot_id = f.pilot, '
        "changes = f.changes, problem = f.problem FROM import_fate f "
        "WHERE r.run_id = %s AND r.number = f.number",
        [run],
    )
    cursor.execute("DROP TABLE import_fate")


def record_issues(cursor: CursorWrapper, plan: Plan, run: int) -> None:
    """Replace the run's issues by the plan's."""
    ImportIssue.objects.filter(run_id=run).delete()
    issues = ((run, i.row, i.column, i.value, i.problem) for i in plan.issues)
    columns = ("run_id", "row", "column", "value", "problem")
    copy(cursor, ImportIssue._meta.db_table, columns, issues)


def stage_rows(cursor: CursorWrapper, run: int, rows: Iterable[tuple[int, list[str]]]) -> None:
    """Keep records as they came; lone surrogates and the like cannot be in decoded text."""
    staged = ((run, number, as_json(cells), "", "{}", "") for number, cells in rows)
    columns = ("run_id", "number", "cells", "action", "changes", "problem")
    copy(cursor, ImportRow._meta.db_table, columns, staged)
