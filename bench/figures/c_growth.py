"""How pages grow from the smallest to the largest portfolio (P3, P6)."""

from __future__ import annotations

from bench.context import TIMED_PAGES, Context
from bench.measure import exponent, interleave
from bench.web import manage

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


LAST_PAGE = """
from common.keyset import _Place, _write, filter_hash
from portfolio.queries.pilots import ORDERS, USUAL_ORDER
# Backwards from a place that no name reaches: the last page, as somebody who walked there sees it.
print(_write(_Place("\U0010ffff", 2**62, True), ORDERS[USUAL_ORDER], filter_hash({})))
"""


def deepest(run: Context, size: int) -> str:
    """The last page of the usual order."""
    environment = run.environment(size)
    cursor = manage("shell", "--no-imports", "-c", LAST_PAGE, environment=environment).strip()
    body = run.server(size).expect(f"/pilots/?cursor={cursor}", "PIL-").body
    if b"its first page" in body or (b'rel="next"' in body and b'rel="prev"' not in body):
        raise RuntimeError("The cursor of the last page was not understood.")
    return f"/pilots/?cursor={cursor}"
