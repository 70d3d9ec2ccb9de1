"""How long people wait while the largest portfolio is swept (P11)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from bench.context import Context, say
from bench.web import ROOT, Server

ROUNDS, SECONDS = 3, 8.0


def measure(run: Context) -> None:
    size = run.sizes[-1]
    server = run.server(size)
    environment = os.environ | run.environment(size)
    ratios, quiet, took = [], [], []
    for _ in range(ROUNDS):
        quiet.append(p95(server, partial(_before, time.monotonic() + SECONDS)))
        begin = time.perf_counter()
        sweep = subprocess.Popen(
            [sys.executable, "manage.py", "sweep_flags", "--json"],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        ratios.append(p95(server, partial(_runs, sweep)) / quiet[-1])
        took.append(time.perf_counter() - begin)
        if sweep.returncode:
            raise RuntimeError("The sweep failed.")
    say(f"sweeps took {', '.join(f'{one:.1f} s' for one in took)}")
    ratio = statistics.median(ratios)
    value = f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    note = (
        f"{1000 * statistics.median(quiet):.1f} ms without; all rules swept {size:,} pilots in "
        f"{statistics.median(took):.1f} s"
    )
    run.add("P11", "p95 of T while a sweep runs / without", value, "<= 2", ratio <= 2, note)


def _before(end: float) -> bool:
    return time.monotonic() < end


def _runs(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def p95(server: Server, going: Callable[[], bool]) -> float:
    """Seconds, of one person who asks again as soon as there is an answer."""
    taken = []
    while going():
        taken.append(server.expect("/bench/t/", "hello").seconds)
    return sorted(taken)[int(0.95 * (len(taken) - 1))]
