"""The words after `./run up`, `stop`, `backup` and `restore`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What was asked for; `file` is the backup file."""

    command: str
    data: str | None = None
    port: int = 8000
    demo: bool = False
    detach: bool = False
    file: str = ""


def parse(argv: list[str], default_port: int) -> Options:
    """Read the command line; argparse prints usage and ends with code 2 when it is wrong."""
    parser = argparse.ArgumentParser(prog="./run", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="set everything up and start it")
    up.add_argument("--port", type=_port, default=default_port, help="default: %(default)s")
    up.add_argument("--demo", action="store_true", help="fill an empty database with a company")
    up.add_argument("--detach", action="store_true", help="return once everything is ready")
    stop = commands.add_parser("stop", help="end what `up` started")
    backup = commands.add_parser("backup", help="write everything into one file")
    restore = commands.add_parser("restore", help="restore into an empty data folder")
    for each in (up, stop, backup, restore):
        each.add_argument("--data", help="the data folder, default var/ or PILOTAGE_DATA")
    for each in (backup, restore):
        each.add_argument("file")
    return Options(**vars(parser.parse_args(argv)))


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)
