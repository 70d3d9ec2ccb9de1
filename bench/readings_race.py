"""The metrics of one page with their latest readings against one hand-written LATERAL query.

Run as a process of its own with the database in the environment; prints one JSON object: seconds
of each, the statements of one page, and how many metrics and readings a page had.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import date
from typing import Any

import django

ROWS, ROUNDS, REQUESTS = 50, 6, 40

LATERAL = """
SELECT m.*, l.value, l."on", l.source
FROM portfolio_metric m
CROSS JOIN LATERAL (
    SELECT r.value::text, r."on", r.source FROM portfolio_reading r
    WHERE r.metric_id = m.id AND r."on" <= %(day)s AND r.superseded_at IS NULL
    ORDER BY r."on" DESC, r.id DESC LIMIT %(shown)s) l
WHERE m.pilot_id = ANY(%(pilots)s) AND m.until IS NULL
ORDER BY m.id
"""


def page(number: int) -> list[int]:
    """Ids of pilots that have a metric (every second one has), from all over the table."""
    return [2 * (number * 7919 % 900 + step * 997) + 2 for step in range(ROWS)]


def ours(pilots: list[int], day: date) -> tuple[float, dict[int, list[tuple[str, str]]]]:
    from portfolio.models import Metric
    from portfolio.queries.metric_lines import with_readings

    begin = time.perf_counter()
    metrics: list[Any] = list(
        with_readings(Metric.objects.filter(pilot__in=pilots, until=None), day).order_by("id")
    )
    took = time.perf_counter() - begin
    return took, {one.pk: [(on, value) for value, on, _ in one.latest] for one in metrics}


def floor(pilots: list[int], day: date) -> tuple[float, dict[int, list[tuple[str, str]]]]:
    from django.db import connection

    from portfolio.queries.metric_lines import READINGS_SHOWN

    numbers: dict[str, Any] = {"day": day, "shown": READINGS_SHOWN, "pilots": pilots}
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(LATERAL, numbers)
        rows = cursor.fetchall()
    took = time.perf_counter() - begin
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append((row[-2].isoformat(), row[-3]))
    return took, found


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from common import clock

    day = clock.today()
    with CaptureQueriesContext(connection) as sent:
        mine = ours(page(0), day)[1]
    if mine != floor(page(0), day)[1]:
        raise SystemExit("The page and its floor disagree.")
    rounds: dict[str, list[float]] = {"ours": [], "floor": []}
    for turn in range(ROUNDS):
        taken: dict[str, list[float]] = {"ours": [], "floor": []}
        for request in range(REQUESTS):
            pilots = page(turn * REQUESTS + request)
            taken["ours"].append(ours(pilots, day)[0])
            taken["floor"].append(floor(pilots, day)[0])
        for name, values in taken.items():
            rounds[name].append(statistics.median(values))
    found: dict[str, Any] = rounds | {
        "statements": len(sent),
        "metrics": len(mine),
        "readings": sum(map(len, mine.values())),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
