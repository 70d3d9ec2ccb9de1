"""Readiness: a list of a hundred questions, a heat map of a thousand pilots, and what the flags
that ask for evidence add to a sweep."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from bench.context import Context
from bench.measure import interleave
from bench.web import ROOT, Server, manage

PILOTS = 2_400  # of which 1,000 are in Pilot, Rollout and Production
SWEPT = 12_000
ROUNDS, REQUESTS = 3, 20
PAGES = {
    "list of 106 questions": ("/pilots/PIL-8/readiness/full/", "PIL-8"),
    "heat map of 1,000 pilots, dimensions": ("/readiness/?list=full", "of 1,000"),
    "heat map of 1,000 pilots, questions": ("/readiness/?by=question", "of 1,000"),
    "heat map as CSV": ("/readiness/heat-map.csv?list=full", "PIL-8"),
    "trend of 1,000 pilots": ("/readiness/trend/?list=full", "Readiness"),
    "readiness of a pilot": ("/pilots/PIL-8/readiness/", "PIL-8"),
    "its score over time": ("/pilots/PIL-8/readiness-charts/score/?list=full", "score"),
}
# Two thirds of every question are attested, by chance that is always the same; a few ran out.
ANSWERS = """
INSERT INTO readiness_answer (pilot_id, item_id, key, state, note, evidence_url, figures, backed,
       valid_until, author_id, since, recorded_at)
SELECT p.id, i.id, i.key, 'attested', 'Looked at.', 'https://wiki.bench.example/x', '{}', true,
       current_date + 1 + ((p.id * 31 + i.position * 7) % 300)::int, 1 + p.id % 1000,
       current_date - ((p.id * 7 + i.position * 13) % 200)::int, now()
FROM portfolio_pilot p
CROSS JOIN (SELECT DISTINCT ON (i.key) i.* FROM readiness_checklistitem i
            JOIN readiness_checklisttemplate t ON t.id = i.template_id
            WHERE t.current AND t.answered = 'people' ORDER BY i.key, i.id) i
WHERE p.stage IN ('poc', 'pilot', 'rollout', 'production') AND (p.id * 17 + i.position) % 3 > 0
"""
COUNT = (
    "from readiness.actions import assessments, score_days;"
    "from readiness.models import Answer; from common import clock;"
    "pilots = sorted(set(Answer.objects.values_list('pilot', flat=True)));"
    "keys = set(Answer.objects.values_list('key', flat=True));"
    "assessments.reassess(pilots, keys=keys);"
)
# What the curves show; a sweep does not look at it.
DAYS = (
    "[score_days.rebuild(pilots=pilots[n:n+500], until=clock.today())"
    " for n in range(0, len(pilots), 500)]"
)


def measure(run: Context) -> None:
    _answered(run, PILOTS, COUNT + DAYS)
    server = run.server(PILOTS)
    calls: dict[str, Callable[[], float]] = {
        "T": lambda: server.expect("/bench/t/", "hello").seconds
    }
    for name, (path, text) in PAGES.items():
        calls[name] = partial(_seconds, server, path, text)
    rounds = interleave(calls, rounds=ROUNDS, requests=REQUESTS, steady="T")
    for name, (path, text) in PAGES.items():
        count = run.statements(PILOTS, partial(server.expect, path, text))
        value = f"{rounds.ratio(name, 'T').median:.1f} T, {count} SQL"
        run.add("readiness", f"Page: {name}", value, "told", None, f"{PILOTS:,} pilots")
    _sweeps(run)


def _seconds(server: Server, path: str, text: str) -> float:
    return server.expect(path, text).seconds


def _answered(run: Context, size: int, count: str) -> None:
    with run.cluster.connect(run.database(size)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(ANSWERS)
    manage("shell", "--no-imports", "-c", count, environment=run.environment(size))
    manage("sweep_flags", environment=run.environment(size))
    with run.cluster.connect(run.database(size)) as connection:
        connection.execute("VACUUM ANALYZE")


def _sweeps(run: Context) -> None:
    _answered(run, SWEPT, COUNT)
    environment = os.environ | run.environment(SWEPT)
    command = [sys.executable, "-m", "bench.rules_race", "7"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The race of the rules failed: {done.stderr[-2000:]}")
    result = json.loads(done.stdout)
    pairs = zip(result["all"], result["without"], strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    note = (
        f"{statistics.median(result['all']):.2f} s with, {statistics.median(result['without']):.2f}"
        f" s without, at {SWEPT:,} pilots, steady; {result['rules']} rules"
    )
    run.add("sweep", "Sweep with the five rules of evidence / without", f"{ratio:.2f}", "told",
            None, note)  # fmt: skip
