"""The latest readings of one page of pilots among ten million, against raw SQL (P17), and the
pages of a pilot that show them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from functools import partial

from bench.context import Context, say
from bench.measure import interleave
from bench.web import ROOT, Server

PILOTS, READINGS = 100_000, 10_000_000
PAGES = {
    "pilot with 200 readings": ("/pilots/PIL-8/", "PIL-8"),
    "update of a pilot with 200 readings": ("/pilots/PIL-8/update/", "PIL-8"),
}
# Every metric is read as often; its readings lie two days apart.
FILL = """
INSERT INTO portfolio_reading (metric_id, value, "on", source, note, recorded_at,
       superseded_reason)
SELECT m.id, (m.id * 31 + i * 17) %% 1000, current_date - 2 * i, 'Dashboard', '', now(), ''
FROM portfolio_metric m CROSS JOIN generate_series(1, %(each)s) i
"""


def measure(run: Context) -> None:
    _fill(run)
    result = race(run)
    ratios = [a / b for a, b in zip(result["ours"], result["floor"], strict=True)]
    ratio = statistics.median(ratios)
    value = f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    note = (
        f"{1000 * statistics.median(result['ours']):.1f} ms, {result['statements']} SQL; "
        f"{result['metrics']} metrics, {result['readings']} readings of {READINGS:,}"
    )
    run.add("P17", "Latest readings of a page / LATERAL SQL", value, "<= 2", ratio <= 2, note)
    server = run.server(PILOTS)
    calls = {"T": partial(_seconds, server, "/bench/t/", "hello")}
    for name, (path, text) in PAGES.items():
        calls[name] = partial(_seconds, server, path, text)
    rounds = interleave(calls, rounds=3, requests=20, steady="T")
    for name, (path, text) in PAGES.items():
        count = run.statements(PILOTS, partial(server.expect, path, text))
        value = f"{rounds.ratio(name, 'T').median:.1f} T, {count} SQL"
        run.add("page", f"Page: {name}", value, "told", None, f"{READINGS:,} readings")


def _seconds(server: Server, path: str, text: str) -> float:
    return server.expect(path, text).seconds


def _fill(run: Context) -> None:
    with run.cluster.connect(run.database(PILOTS)) as connection:
        say(f"seeding {READINGS:,} readings")
        row = connection.execute("SELECT count(*) FROM portfolio_metric").fetchone()
        assert row is not None
        connection.execute("SET session_replication_role = replica")
        connection.execute(FILL, {"each": READINGS // int(str(row[0]))})
        connection.execute("VACUUM ANALYZE portfolio_reading")


def race(run: Context) -> dict[str, list[float]]:
    environment = os.environ | run.environment(PILOTS)
    command = [sys.executable, "-m", "bench.readings_race"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The race of the readings failed: {done.stderr[-2000:]}")
    result: dict[str, list[float]] = json.loads(done.stdout)
    return result
