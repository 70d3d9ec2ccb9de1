#!/usr/bin/env python
"""Door to every command. It finds or starts the database first, then hands over to Django."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.embedded.doors import run_command

    return run_command(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
