"""The sweep against its floor, its growth, its statements and what it writes (P9, P10)."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from typing import Any

from bench.context import Context
from bench.measure import exponent
from bench.web import ROOT

ROUNDS = 7


def measure(run: Context) -> None:
    results = {size: race(run, size) for size in run.sizes}
    for size, result in results.items():
        mine, raw = result["counts"]
        if mine != raw:
            raise RuntimeError(f"Sweep and floor disagree at {size:,}: {mine} and {raw}.")
    large = run.sizes[-1]
    ratios = [a / b for a, b in zip(results[large]["ours"], results[large]["floor"], strict=True)]
    ratio = statistics.median(ratios)
    took = {size: statistics.median(result["ours"]) for size, result in results.items()}
    note = f"{took[large]:.2f} s at {large:,} pilots, five rules, {ROUNDS} rounds"
    value = f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    run.add("P9", "Steady sweep / hand-written SQL", value, "<= 1.5", ratio <= 1.5, note)
    statements = sorted({n for result in results.values() for n in result["statements"]})
    value = ", ".join(map(str, statements))
    run.add("P10", "Statements of a sweep, all sizes", value, "constant", len(statements) == 1)
    written = max(result["written"] for result in results.values())
    run.add("P10", "Row versions a steady sweep writes", str(written), "0", written == 0)
    if len(run.sizes) > 1:
        low = run.sizes[-2]
        grown = exponent(took[low], took[large], growth=large / low)
        what = f"Growth exponent of the sweep, {low:,} to {large:,}"
        run.add("P10", what, f"{grown:.2f}", "<= 1.05", grown <= 1.05)


def race(run: Context, size: int) -> dict[str, Any]:
    environment = os.environ | run.environment(size)
    command = [sys.executable, "-m", "bench.sweep_race", str(ROUNDS)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The sweep race failed: {done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    # It closed the flags of all other rules; autovacuum, which would have seen that, is off here.
    with run.cluster.connect(run.database(size)) as connection:
        connection.execute("VACUUM ANALYZE portfolio_flag")
    return result
