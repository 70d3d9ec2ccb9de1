"""Keeps the counts of large portfolios ready."""

from django.db import transaction

from common import clock
from portfolio.models import Pilot, Rollup
from portfolio.queries import figures, overview

LIVE = 5_000  # Up to here counting live is as fast as reading what was counted.


@transaction.atomic
def refresh(*, live: int = LIVE) -> Rollup:
    """Count all unrestricted pilots anew. Small portfolios keep no counts and are counted live.

    Not an event: derived numbers, which anybody can compute again.
    """
    as_of, pilots = clock.today(), Pilot.objects.filter(restricted=False)
    size = Pilot.objects.count()
    counts = {}
    if size > live:
        groups, units = figures.by_stage_and_age(pilots, as_of), figures.by_unit(pilots, as_of)
        counts = overview.pack(groups, units, overview.shortlist(pilots, as_of))
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
