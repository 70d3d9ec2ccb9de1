"""The sweep of the five first rules against hand-written SQL of the same rules.

Run as a process of its own with the database in the environment; prints one JSON object:
seconds of each, row versions written, statements, flags per rule as both count them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date

import django

FIVE = ("STALE_POC", "NO_OWNER", "NO_UPDATE", "NO_METRIC", "MISSING_3")

CANDIDATES = """
CREATE TEMPORARY TABLE floor_candidate ON COMMIT DROP AS
SELECT 'STALE_POC'::text AS rule, p.id AS pilot_id,
       p.stage_since_bound - coalesce(e.days, 0) + 92 AS since
FROM portfolio_pilot p
LEFT JOIN (SELECT pilot_id, sum(until - since_bound)::int AS days FROM portfolio_stageinterval
           WHERE stage = 'poc' AND until IS NOT NULL GROUP BY pilot_id) e ON e.pilot_id = p.id
WHERE p.stage = 'poc' AND p.stage_since_bound - coalesce(e.days, 0) + 92 <= %(day)s
UNION ALL
SELECT 'NO_OWNER', p.id, coalesce(l.until, p.registered_on)
FROM portfolio_pilot p
LEFT JOIN (SELECT pilot_id, max(until) AS until FROM portfolio_roleassignment
           WHERE role = 'owner' AND until IS NOT NULL GROUP BY pilot_id) l ON l.pilot_id = p.id
WHERE p.stage IN ('idea', 'poc', 'pilot', 'rollout', 'production') AND NOT EXISTS (
    SELECT FROM portfolio_roleassignment r
    WHERE r.pilot_id = p.id AND r.role = 'owner' AND r.until IS NULL)
UNION ALL
SELECT 'NO_UPDATE', p.id, coalesce(p.last_update_on, p.registered_on)
       + CASE p.stage WHEN 'production' THEN 31 ELSE 15 END
FROM portfolio_pilot p
WHERE p.stage IN ('idea', 'poc', 'pilot', 'rollout', 'production')
  AND coalesce(p.last_update_on, p.registered_on)
      + CASE p.stage WHEN 'production' THEN 31 ELSE 15 END <= %(day)s
UNION ALL
SELECT 'NO_METRIC', p.id, greatest(p.stage_since_bound, l.until)
FROM portfolio_pilot p
LEFT JOIN (SELECT pilot_id, max(until) AS until FROM portfolio_metric
           WHERE until IS NOT NULL GROUP BY pilot_id) l ON l.pilot_id = p.id
WHERE p.stage IN ('poc', 'pilot', 'rollout', 'production') AND NOT EXISTS (
    SELECT FROM portfolio_metric m WHERE m.pilot_id = p.id AND m.until IS NULL)
UNION ALL
SELECT 'MISSING_3', p.id, p.stage_since_bound
FROM portfolio_pilot p LEFT JOIN readiness_assessment a
    ON a.pilot_id = p.id AND a.checklist = 'production'
WHERE p.stage IN ('pilot', 'rollout', 'production') AND 10 - coalesce(a.met, 0) >= 3
"""
CLOSE = """
UPDATE portfolio_flag f SET closed_at = now() WHERE f.closed_at IS NULL AND NOT EXISTS (
    SELECT FROM floor_candidate c WHERE c.pilot_id = f.pilot_id AND c.rule = f.rule)
"""
OPEN = """
INSERT INTO portfolio_flag (pilot_id, rule, severity, since, facts, opened_at, snooze_reason)
SELECT c.pilot_id, c.rule, 'H', c.since, '{}', now(), '' FROM floor_candidate c
WHERE NOT EXISTS (SELECT FROM portfolio_flag f
    WHERE f.pilot_id = c.pilot_id AND f.rule = c.rule AND f.closed_at IS NULL)
"""


def only_five() -> None:
    from portfolio.flags.registry import rules

    for code in set(rules) - set(FIVE):
        del rules._items[code]


def floor(day: date) -> tuple[float, dict[str, int]]:
    from django.db import connection, transaction

    begin = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(CANDIDATES, {"day": day})
        cursor.execute("ANALYZE floor_candidate")
        cursor.execute(CLOSE)
        cursor.execute(OPEN)
        cursor.execute("SELECT rule, count(*) FROM floor_candidate GROUP BY rule")
        counts = dict(cursor.fetchall())
    return time.perf_counter() - begin, counts


def ours(day: date) -> tuple[float, dict[str, int], int]:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from common import clock
    from portfolio.flags import engine

    begin = time.perf_counter()
    with CaptureQueriesContext(connection) as sent, transaction.atomic():
        outcome = engine.sweep_all(day, clock.now(), refresh=False)
    return time.perf_counter() - begin, dict(outcome.open), len(sent)


def written() -> int:
    """Row versions ever written to the tables a sweep could touch."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables "
            "WHERE relname IN ('portfolio_flag', 'portfolio_pilot', 'portfolio_event')"
        )
        row = cursor.fetchone()
    return int(row[0])


def main(rounds: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from common import clock

    only_five()
    day = clock.today()
    ours(day)  # Closes the flags of the other rules and warms both.
    floor(day)
    before = written()
    pairs = [(ours(day), floor(day)) for _ in range(rounds)]
    result = {
        "ours": [first[0] for first, _ in pairs],
        "floor": [second[0] for _, second in pairs],
        "statements": sorted({first[2] for first, _ in pairs}),
        "written": written() - before,
        "counts": [pairs[0][0][1], pairs[0][1][1]],
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
