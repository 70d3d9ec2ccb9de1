"""Import of 10,000 pilots with validation and history against COPY of the same rows (P22)."""

from __future__ import annotations

import csv
import json
import tempfile
import time
from pathlib import Path
from statistics import median

import psycopg

from bench.context import Context
from bench.web import manage

ROWS = 10_000
ROUNDS = 3
STAGES = ("Idea", "PoC", "Pilot", "In production", "Retired")
HEADER = (
    "Name", "Unit", "Sub-unit", "Stage", "Date Initiated", "PoC since", "Go live", "Summary",
    "Budget", "Remark",
)  # fmt: skip
Connection = psycopg.Connection[tuple[object, ...]]


def measure(run: Context) -> None:
    run.cluster.create("bench_import")
    environment = run.cluster.environment("bench_import") | {"SECRET_KEY": run.secret}
    manage("migrate", environment=environment)
    taken: list[float] = []
    ratios: list[float] = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.csv"
            write(path, number)
            said = json.loads(manage("import_pilots", str(path), "--json", environment=environment))
        assert said["created"] == ROWS, said["notes"]
        with run.cluster.connect("bench_import") as connection:
            taken.append(seconds_of_last(connection))
            ratios.append(taken[-1] / copied(connection))
    middle = median(ratios)
    shown = f"{middle:.1f} ({min(ratios):.1f}-{max(ratios):.1f})"
    note = f"{ROWS / median(taken):,.0f} rows/s"
    run.add("P22", "Import of 10,000 pilots / COPY", shown, "<= 5", middle <= 5, note)


def write(path: Path, number: int) -> None:
    """A list with names of its own; dates in order, so that all of it becomes history."""
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for n in range(ROWS):
            stage, day = n % 5, f"{n % 12 + 1}/{n % 28 + 1}"
            out.writerow(
                (
                    f"Pilot {number}-{n}", f"Division {n % 20}", f"Team {n % 200}", STAGES[stage],
                    f"{day}/2022", f"{day}/2023" if stage else "",
                    f"{day}/2024" if stage > 1 else "", "Reads invoices for accounting. " * 8,
                    str(n * 10), "A remark that is kept as a fact",
                )
            )  # fmt: skip


def seconds_of_last(connection: Connection) -> float:
    """From the staging of the read file to the commit, by the run's own record."""
    row = connection.execute(
        "SELECT extract(epoch FROM finished_at - created_at) FROM portfolio_importrun "
        "ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    return float(str(row[0]))


def copied(connection: Connection) -> float:
    """Seconds for COPY of those rows into an empty table with the same indexes and checks."""
    connection.execute("CREATE TABLE copied (LIKE portfolio_pilot INCLUDING ALL)")
    query = f"COPY (SELECT * FROM portfolio_pilot ORDER BY id DESC LIMIT {ROWS}) TO STDOUT"
    with connection.cursor().copy(query) as out:
        data = b"".join(bytes(block) for block in out)
    begin = time.perf_counter()
    with connection.cursor().copy("COPY copied FROM STDIN") as into:
        into.write(data)
    taken = time.perf_counter() - begin
    connection.execute("DROP TABLE copied")
    return taken
