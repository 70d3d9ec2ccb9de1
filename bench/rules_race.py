"""A steady sweep of all rules beside one without the five that ask for evidence.

Run as a process of its own with the database in the environment; prints one JSON object: the
seconds of each round, and how many rules there are.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date

import django

FIVE = ("NO_ROLLBACK", "NO_LOGS", "FLYING_BLIND", "CLAIMED_LIVE", "OUT_OF_ORDER")


def sweep(day: date) -> float:
    """Seconds; what it wrote is rolled back, so that each round finds the same."""
    from django.db import transaction

    from common import clock
    from portfolio.flags import engine

    begin = time.perf_counter()
    with transaction.atomic():
        engine.sweep_all(day, clock.now(), refresh=False)
        took = time.perf_counter() - begin
        transaction.set_rollback(True)
    return took


def main(rounds: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from common import clock
    from portfolio.flags.registry import rules
    from portfolio.models import Flag

    day = clock.today()
    sweep(day)
    every = dict(rules._items)
    found: dict[str, list[float]] = {"all": [], "without": []}
    for _ in range(rounds):
        found["all"].append(sweep(day))
        for code in FIVE:
            del rules._items[code]
        # Their open flags are out of sight for the round, or it would close them.
        moved = Flag.objects.filter(rule__in=FIVE, closed_at=None)
        ids = list(moved.values_list("pk", flat=True))
        Flag.objects.filter(pk__in=ids).update(closed_at=clock.now())
        found["without"].append(sweep(day))
        Flag.objects.filter(pk__in=ids).update(closed_at=None)
        rules._items.update({code: every[code] for code in FIVE})
    json.dump(found | {"rules": len(every)}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
