"""How pages grow from the smallest to the largest portfolio (P3, P6)."""

from __future__ import annotations

import re

from bench.context import TIMED_PAGES, Context
from bench.measure import exponent, interleave

SUBJECTS = TIMED_PAGES | {"Overview": "/"}


def measure(run: Context) -> None:
    small, large = run.sizes[0], run.sizes[-1]
    if small == large:
        return
    calls = {}
    pages = dict(SUBJECTS)
    for size in (small, large):
        for name, path in (pages | {"deepest": deepest(run, size)}).items():
            text = "Overview" if name == "Overview" else "PIL-"
            server = run.server(size)
            calls[f"{name} {size}"] = lambda server=server, path=path, text=text: (
                server.expect(path, text).seconds
            )
    rounds = interleave(calls, rounds=4, requests=25)
    for name in (*pages, "deepest"):
        first, last = rounds.p50(f"{name} {small}"), rounds.p50(f"{name} {large}")
        grown = exponent(first, last, growth=large / small)
        code = "P6" if name == "Overview" else "P3"
        note = f"{first:.1f} ms at {small:,}, {last:.1f} ms at {large:,}"
        run.add(code, f"Growth exponent: {name}", f"{grown:.3f}", "<= 0.05", grown <= 0.05, note)


def deepest(run: Context, size: int) -> str:
    """The last page of the default order, reached as a person can: backwards from its end."""
    body = run.server(size).expect("/pilots/", "PIL-").body.decode()
    found = re.search(r'href="([^"]*)"[^>]*rel="last"', body) or re.search(
        r'rel="last"[^>]*href="([^"]*)"', body
    )
    if found is None:
        raise RuntimeError("The list has no link to its last page.")
    path = found.group(1).replace("&amp;", "&")
    return path if path.startswith("/") else f"/pilots/{path}"
