"""`./run bench [name ...] [--sizes 10000,100000,1000000]`: measure, print, keep the table."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
from collections.abc import Callable
from pathlib import Path

from bench import figures
from bench.cluster import CONFIGURATION
from bench.context import SIZES, Context, context, say
from bench.report import machine, write


def load() -> dict[str, Callable[[Context], None]]:
    """Every module of bench/figures is a figure; its function `measure` adds to the results."""
    names = sorted(module.name for module in pkgutil.iter_modules(figures.__path__))
    return {name: importlib.import_module(f"bench.figures.{name}").measure for name in names}


def main() -> None:
    known = load()
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of: {', '.join(known)}")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of pilots")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(known)
    if unknown:
        parser.error(f"There is no benchmark named {', '.join(sorted(unknown))}.")
    sizes = tuple(sorted(int(part) for part in arguments.sizes.split(",")))
    # Quiet servers: the log is not what is measured.
    os.environ.setdefault("PILOTAGE_LOG_LEVEL", "ERROR")
    with context(sizes) as run:
        for name in arguments.names or known:
            say(name)
            known[name](run)
        if not arguments.names:
            write(run.figures, conditions(sizes))
            say(f"kept in {Path('bench') / 'RESULTS.md'}")


def conditions(sizes: tuple[int, ...]) -> list[str]:
    settings = ", ".join(f"{name}={value}" for name, value in CONFIGURATION.items())
    return [
        f"Machine: {machine()}, {os.cpu_count()} cores; gunicorn with 2 sync workers; loopback.",
        f"Pilots: {', '.join(f'{size:,}' for size in sizes)}.",
        f"PostgreSQL: {settings}.",
    ]


if __name__ == "__main__":
    main()
