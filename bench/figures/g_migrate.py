"""From an empty database to all tables (P23)."""

from __future__ import annotations

import time

from bench.context import Context
from bench.web import manage


def measure(run: Context) -> None:
    run.cluster.create("bench_empty")
    begin = time.perf_counter()
    manage("migrate", environment=run.cluster.environment("bench_empty"))
    taken = time.perf_counter() - begin
    run.add("P23", "Migrate from zero", f"{taken:.1f} s", "<= 15 s", taken <= 15)
