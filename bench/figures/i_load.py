"""How many pages a second leave the server when eight people ask at once (P14)."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from bench.context import Context
from bench.web import Server

CONNECTIONS, SECONDS, ROUNDS = 8, 4.0, 3


def measure(run: Context) -> None:
    server = run.server(run.sizes[len(run.sizes) // 2])
    shares, rates = [], []
    for _ in range(ROUNDS):
        trivial = rate(server, "/bench/t/", "hello")
        rates.append(rate(server, "/pilots/", "PIL-"))
        shares.append(rates[-1] / trivial)
    share = statistics.median(shares)
    value = f"{share:.2f} ({min(shares):.2f}-{max(shares):.2f})"
    note = f"{statistics.median(rates):.0f} list pages a second"
    run.add("P14", "List throughput / T's, 8 connections", value, ">= 0.20", share >= 0.2, note)


def rate(server: Server, path: str, text: str) -> float:
    """Answers a second while all connections ask as fast as they are answered."""
    end = time.perf_counter() + SECONDS

    def ask(_: int) -> int:
        count = 0
        while time.perf_counter() < end:
            server.expect(path, text)
            count += 1
        return count

    with ThreadPoolExecutor(CONNECTIONS) as people:
        return sum(people.map(ask, range(CONNECTIONS))) / SECONDS
