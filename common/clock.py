"""The only place that asks what time it is."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """The calendar day in the company's zone (setting PILOTAGE_ZONE)."""
    return timezone.localdate()
