"""Hours of the story's days."""

from datetime import UTC, date, datetime, time

from common import clock


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That hour in UTC; now, while today's hour is still to come: nothing is told ahead."""
    return min(datetime.combine(day, time(hour, minute), UTC), clock.now())
