"""The only place that asks what time it is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from common import company


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def zone() -> ZoneInfo:
    """The company's zone (the settings page; PILOTAGE_ZONE before the first save)."""
    return company.zone()


def today() -> date:
    """The calendar day in the company's zone."""
    return timezone.localdate(timezone=zone())


def local(moment: datetime) -> datetime:
    """A moment as the company's clocks show it."""
    return moment.astimezone(zone())
