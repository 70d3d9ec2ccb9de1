"""The list, its partial and the Overview against T, at the middle size (P1, P2, P4-P6, P8, P21)."""

from __future__ import annotations

import zlib
from functools import partial

from bench.context import Context
from bench.measure import interleave

PARTIAL = {"HX-Request": "true", "HX-Target": "pilot-list", "HX-Current-URL": "/pilots/"}


def measure(run: Context) -> None:
    size = run.sizes[len(run.sizes) // 2]
    server = run.server(size)
    rounds = interleave(
        {
            "T": lambda: server.expect("/bench/t/", "hello").seconds,
            "list": lambda: server.expect("/pilots/", "PIL-").seconds,
            "partial": lambda: server.expect("/pilots/?stage=poc", "PIL-", **PARTIAL).seconds,
            "overview": lambda: server.expect("/", "Overview").seconds,
        },
        steady="T",
    )
    page = rounds.ratio("list", "T")
    note = f"{rounds.p50('list'):.1f} ms at {size:,} pilots; T is {rounds.p50('T'):.1f} ms"
    run.add("P1", "List page of 50 rows, p50 / T", str(page), "<= 5 T", page.median <= 5, note)
    tail = rounds.p95("list") / rounds.p50("list")
    run.add("P2", "Its p95 / p50", f"{tail:.2f}", "<= 1.6", tail <= 1.6)
    part, share = rounds.ratio("partial", "T"), rounds.ratio("partial", "list")
    both = part.median <= 3 and share.median <= 0.6
    value = f"{part} T, {share} of the page"
    run.add("P5", "Partial of a filter change", value, "<= 3 T, <= 0.6 of the page", both)
    home = rounds.ratio("overview", "T")
    note = f"{rounds.p50('overview'):.1f} ms at {size:,} pilots"
    run.add("P6", "Overview, p50 / T", str(home), "<= 5 T", home.median <= 5, note)
    queries(run, size)
    weight(run, size)


ONE_ROW = "/pilots/?q=PIL-7"


def queries(run: Context, size: int) -> None:
    """Equal counts at one row and at a full page, and at every size."""
    counts = {
        (n, path): run.statements(n, partial(run.server(n).expect, path, "PIL-"))
        for n in run.sizes
        for path in (ONE_ROW, "/pilots/")
    }
    different = sorted(set(counts.values()))
    value = ", ".join(map(str, different))
    good = len(different) == 1 and different[0] <= 8
    run.add("P4", "SQL per list page at 1 and 50 rows and all sizes", value, "one, <= 8", good)
    homes = [run.statements(n, partial(run.server(n).expect, "/", "Overview")) for n in run.sizes]
    value = ", ".join(map(str, homes))
    run.add("P8", "SQL per Overview at all sizes", value, "<= 8", max(homes) <= 8)


def weight(run: Context, size: int) -> None:
    body = run.server(size).expect("/pilots/", "PIL-").body
    plain, packed = len(body) / 1000, len(zlib.compress(body, 6)) / 1000
    value = f"{plain:.1f} kB, {packed:.1f} kB compressed"
    run.add("P21", "HTML of the list page", value, "<= 45 / 7 kB", plain <= 45 and packed <= 7)
