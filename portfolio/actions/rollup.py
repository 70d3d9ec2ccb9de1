"""Keeps the counts of large portfolios ready."""

from django.db import transaction

from common import clock
from portfolio.models import Pilot, Rollup
from portfolio.queries import flags, overview

LIVE = 5_000  # Up to here counting live is as fast as reading what was counted.


@transaction.atomic
def refresh(*, live: int = LIVE) -> Rollup:
    """Count all pilots anew, open and restricted apart. Small portfolios keep no counts and
    are counted live.

    Not an event: derived numbers, which anybody can compute again.
    """
    as_of = clock.today()
    size = Pilot.objects.count()
    counts = {}
    if size > live:
        seen, hidden = (
            overview.count(Pilot.objects.filter(restricted=restricted), as_of)
            for restricted in (False, True)
        )
        speaking, silent = (
            flags.count(Pilot.objects.filter(restricted=restricted), as_of)
            for restricted in (False, True)
        )
        counts = {
            "open": overview.pack(seen) | {flags.FLAGS: speaking},
            "all": overview.pack(overview.together(seen, hidden))
            | {flags.FLAGS: flags.together(speaking, silent)},
        }
    rollup, _ = Rollup.objects.update_or_create(
        code=overview.ROLLUP,
        defaults={
            "computed_at": clock.now(),
            "as_of": as_of,
            "pilots": size,
            "restricted": overview.restricted_fingerprint(),
            "counts": counts,
        },
    )
    return rollup
