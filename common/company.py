"""What the company has settled about itself: name, zone, currency, limits of the record.

`common` knows no app: whoever keeps the settings hands in `provider`. What it said is believed for
a few seconds, so a change reaches every process soon and no page pays a query of its own for it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, connection

FRESH = 5.0  # seconds
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# Shipped of all that ended, as the articles give it; they disagree with each other.
BAND = (10, 40)
SOURCE = (
    "Articles say that 60 to 90 % of pilots never ship, and disagree with each other: "
    "one says nine in ten, another 60 to 80 %."
)


@dataclass(frozen=True, slots=True)
class Company:
    """Everything here is in force now. None for a limit means that there is none.

    `band_low` and `band_high` are percent of the reach rate; `keep_uploads` is in days.
    """

    name: str
    zone: str
    currency: str
    fiscal_month: int = 1
    band_low: int = BAND[0]
    band_high: int = BAND[1]
    band_source: str = SOURCE
    wip_limit: int | None = None
    keep_uploads: int | None = None

    @property
    def fiscal_start(self) -> str:
        return MONTHS[self.fiscal_month - 1]

    def fiscal_year(self, day: date) -> int:
        """The calendar year in which the fiscal year of that day ends."""
        later = self.fiscal_month > 1 and day.month >= self.fiscal_month
        return day.year + (1 if later else 0)


Provider = Callable[[], Company | None]
_provider: Provider | None = None
_known: tuple[float, Company | None] | None = None


def provide(provider: Provider) -> None:
    """`provider` returns what is stored, or None while nothing is."""
    global _provider
    _provider = provider


def current() -> Company:
    """The settings in force; those of the environment until somebody saved others."""
    global _known
    known = _known
    at = time.monotonic()
    if known is None or not known[0] <= at < known[0] + FRESH:
        known = _known = (at, _asked(known[1] if known else None))
    return known[1] or from_environment()


def _asked(last: Company | None) -> Company | None:
    """What is stored now; the last answer while the database cannot say."""
    if _provider is None or connection.needs_rollback:
        return last
    try:
        return _provider()
    except DatabaseError:
        return last


def forget() -> None:
    """Ask anew at the next chance: something was saved."""
    global _known
    _known = None


def from_environment() -> Company:
    """What a new installation starts with."""
    return Company(
        name=settings.PILOTAGE_COMPANY,
        zone=settings.TIME_ZONE,
        currency=settings.PILOTAGE_CURRENCY,
    )


def zone() -> ZoneInfo:
    """The zone that decides what today is."""
    return ZoneInfo(current().zone)
