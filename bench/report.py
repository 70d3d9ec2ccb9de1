"""One JSON line per figure, and a Markdown table of all of them."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True)
class Figure:
    """A measured figure; `passed` is None where the goal was not measured in this run."""

    code: str
    what: str
    value: str
    goal: str
    passed: bool | None
    note: str = ""

    @property
    def verdict(self) -> str:
        return {True: "met", False: "missed", None: "told"}[self.passed]

    def line(self) -> str:
        return json.dumps(asdict(self) | {"verdict": self.verdict}, ensure_ascii=False)


HEAD = """# Benchmark results

Written by `./run bench`; the method stands in [README.md](README.md). Ratios compare subjects
measured side by side in one run; absolute times only illustrate. T is our own trivial signed-in
page with the full middleware stack.

"""


def write(figures: list[Figure], conditions: list[str], path: Path = RESULTS) -> None:
    """Keep the newest results, replacing the last ones."""
    rows = [
        f"| {f.code} | {f.what} | {f.value} | {f.goal} | {f.verdict} | {f.note} |" for f in figures
    ]
    text = HEAD + "\n".join(f"- {line}" for line in conditions)
    text += "\n\n| # | What | Measured | Goal | Verdict | Note |\n|---|---|---|---|---|---|\n"
    path.write_text(text + "\n".join(rows) + "\n", encoding="utf-8")


def machine() -> str:
    return f"{platform.machine()}, Python {platform.python_version()}"
