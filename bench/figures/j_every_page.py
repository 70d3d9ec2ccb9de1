"""Every page people open often, at three sizes: its time in T and its SQL (P16 for histories)."""

from __future__ import annotations

from functools import partial

from bench.context import PAGES, Context
from bench.measure import interleave

ROUNDS, REQUESTS = 3, 20
HISTORIES = {"history", "timeline"}


def measure(run: Context) -> None:
    sizes = sorted({2_133, *run.sizes[-2:]})
    told: dict[str, list[str]] = {name: [] for name in PAGES}
    fast: dict[str, bool] = dict.fromkeys(HISTORIES, True)
    for size in sizes:
        server = run.server(size)
        calls = {"T": lambda server=server: server.expect("/bench/t/", "hello").seconds}
        for name, (path, text) in PAGES.items():
            ask = partial(server.expect, path, text)
            calls[name] = lambda ask=ask: ask().seconds
        rounds = interleave(calls, rounds=ROUNDS, requests=REQUESTS, steady="T")
        for name, (path, text) in PAGES.items():
            count = run.statements(size, partial(server.expect, path, text))
            ratio = rounds.ratio(name, "T").median
            told[name].append(f"{ratio:.1f} T, {count} SQL")
            if name in HISTORIES:
                fast[name] = fast[name] and ratio <= 4 and count <= 6
    note = "at " + ", ".join(f"{size:,}" for size in sizes) + " pilots"
    for name, values in told.items():
        if name in HISTORIES:
            run.add("P16", f"Page: {name}", "; ".join(values), "<= 4 T, <= 6 SQL", fast[name], note)
        else:
            run.add("page", f"Page: {name}", "; ".join(values), "told", None, note)
