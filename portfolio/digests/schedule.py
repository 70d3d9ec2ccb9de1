"""When a digest is due: a weekday and an hour on the recipient's own clock, told in UTC.

Beat in a local zone skips or repeats an hour when clocks change, so we count ourselves.
A period is an ISO week such as "2026-W47", in the recipient's zone.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WINDOW = timedelta(hours=72)  # Later than this a digest is stale news.
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440))


def zone_of(name: str, company: str) -> ZoneInfo:
    """The person's zone; the company's when it is blank or unknown here."""
    try:
        return ZoneInfo(name or company)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(company)


def period_of(moment: datetime, zone: ZoneInfo) -> str:
    """The ISO week that a moment falls into on that clock."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


def monday(period: str) -> date:
    """The first day of a period; ValueError when there is no such week."""
    match = re.fullmatch(r"(\d{4})-W(\d{2})", period)
    if not match:
        raise ValueError(period)
    return date.fromisocalendar(int(match[1]), int(match[2]), 1)


def following(period: str) -> str:
    """The week after."""
    year, week, _ = (monday(period) + timedelta(days=7)).isocalendar()
    return f"{year}-W{week:02}"


def due_at(period: str, zone: ZoneInfo, weekday: int, hour: int) -> datetime:
    """The moment in UTC; weekday 0 is Monday.

    An hour that the clock skips in spring is due when it would have been, one that comes twice in
    autumn the first time.
    """
    day = monday(period) + timedelta(days=weekday)
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def current_and_last(moment: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """The present week and the one before, whose last digests may still be on their way."""
    return period_of(moment, zone), period_of(moment - timedelta(days=7), zone)


def is_late(due: datetime, now: datetime) -> bool:
    return now - due > WINDOW


def next_try(tries: int, due: datetime, now: datetime) -> datetime | None:
    """When to try again after that many temporary failures; None: give up.

    The first day is always tried out; after it the window of the digest ends it.
    """
    if tries > len(BACK_OFF):
        return None
    at = now + BACK_OFF[tries - 1]
    return None if is_late(due, at) and tries > 5 else at
