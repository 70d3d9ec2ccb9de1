"""What a worker holds after the whole run, and whether it keeps growing (P18)."""

from __future__ import annotations

from bench.context import TIMED_PAGES, Context

MORE = 2_000


def measure(run: Context) -> None:
    server = run.server(run.sizes[-1])
    paths = [*TIMED_PAGES.values(), "/"]
    for turn in range(300):
        server.get(paths[turn % len(paths)])
    before = server.worker_megabytes()
    for turn in range(MORE):
        server.get(paths[turn % len(paths)])
    after = server.worker_megabytes()
    grown = after / before - 1
    good = after <= 120 and grown <= 0.03
    value = f"{after:.0f} MB, {grown:+.1%} over {MORE:,} requests"
    run.add("P18", "Worker memory after the run", value, "<= 120 MB, <= 3 %", good)
