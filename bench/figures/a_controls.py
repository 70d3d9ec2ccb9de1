"""Is the instrument sound? T against itself, against a bare project, and two planted faults."""

from __future__ import annotations

from functools import partial

from bench.context import Context
from bench.measure import interleave


def measure(run: Context) -> None:
    size = run.sizes[0]
    ours, bare = run.server(size), run.server(size, "bench.reference.wsgi")
    rounds = interleave(
        {
            "T": lambda: ours.expect("/bench/t/", "hello").seconds,
            "T again": lambda: ours.expect("/bench/t2/", "hello").seconds,
            "bare T": lambda: bare.expect("/t/", "hello").seconds,
            "slow": lambda: ours.expect("/bench/slow/", "hello").seconds,
        },
        steady="T",
    )
    same = rounds.ratio("T again", "T")
    run.add("A/A", "T under two names", str(same), "0.95-1.05", 0.95 <= same.median <= 1.05)
    floor = rounds.ratio("T", "bare T")
    note = f"T is {rounds.p50('T'):.1f} ms"
    run.add("T", "T / T of a bare project", str(floor), "<= 1.5", floor.median <= 1.5, note)
    late = rounds.p50("slow") - rounds.p50("T")
    seen = 19 <= late <= 24
    run.add("clock", "A planted 20 ms sleep", f"{late:.1f} ms", "19-24 ms", seen)
    counts = [
        run.statements(size, partial(ours.expect, f"/bench/n-plus-one/?rows={n}", "hello"))
        for n in (1, 50)
    ]
    grown = counts[1] - counts[0]
    run.add("meter", "Planted query per row, 1 to 50 rows", f"+{grown}", "+49", grown == 49)
