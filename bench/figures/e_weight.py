"""Scripts and styles as served, compressed (P19, P20)."""

from __future__ import annotations

import re

from bench.context import Context
from bench.web import Server, linked_assets

WITH = {"Accept-Encoding": "br, gzip"}


def measure(run: Context) -> None:
    server = run.server(run.sizes[0])
    plain = weight(server, "/pilots/")
    run.add("P19", "JS + CSS of the list page", f"{plain:.1f} kB", "<= 50 kB", plain <= 50)
    charts = weight(server, "/")
    run.add("P20", "JS + CSS of the Overview", f"{charts:.0f} kB", "<= 500 kB", charts <= 500)


def weight(server: Server, page: str) -> float:
    body = server.get(page).body
    # The chart library is named on the page and fetched when the first chart comes into view.
    later = [found.decode() for found in re.findall(rb'data-plotly="([^"]+)"', body)]
    assets = linked_assets(body) + later
    if not assets:
        raise RuntimeError(f"{page} links no script and no style.")
    total = 0
    for asset in assets:
        answer = server.get(asset, **WITH)
        if answer.status != 200:
            raise RuntimeError(f"{asset} answered {answer.status}.")
        total += len(answer.body)
    return total / 1000
