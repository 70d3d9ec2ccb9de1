"""The company's settings: as stored, in words, and what a change of them would mean."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import CompanySettings, Event, User
from accounts.models.company import ONLY
from accounts.queries.company_words import FIELDS, LABELS, say
from accounts.queries.history import Happening, happenings
from common import registry
from common.company import Company


def stored() -> Company | None:
    """The saved settings, None while the environment speaks. One query."""
    row = CompanySettings.objects.filter(pk=ONLY).values(*FIELDS).first()
    return Company(**row) if row else None


def version() -> int:
    """How often the settings were saved."""
    return CompanySettings.objects.values_list("version", flat=True).first() or 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting whose saved value differs from what somebody wants."""

    label: str
    saved: str
    yours: str


def differences(now: Company, wanted: Mapping[str, Any]) -> list[Difference]:
    """In the order of the page."""
    saved = asdict(now)
    return [
        Difference(LABELS[field], say(field, saved[field]), say(field, wanted[field]))
        for field in FIELDS
        if field in wanted and saved[field] != wanted[field]
    ]


def consequences(before: Company, after: Company, *, by: User, now: datetime) -> list[str]:
    """What else changes with these settings, a sentence each; of pilots only those `by` may see."""
    found = _of_the_zone(before, after, now) if before.zone != after.zone else []
    if before.name != after.name:
        found.append(f"Pages and the mails to come say “{after.name}”; sent mails stay.")
    if before.fiscal_month != after.fiscal_month:
        found.append(
            f"The fiscal year begins on 1 {after.fiscal_start}: "
            f"today belongs to fiscal year {after.fiscal_year(now.date())}."
        )
    if (before.band_low, before.band_high) != (after.band_low, after.band_high):
        found.append(
            f"The Overview shows {after.band_low} to {after.band_high} % beside the reach rate."
        )
    for source in registry.company_changes.values():
        found += source(before, after, by, now)
    return found


def _of_the_zone(before: Company, after: Company, now: datetime) -> list[str]:
    old, new = now.astimezone(ZoneInfo(before.zone)), now.astimezone(ZoneInfo(after.zone))
    shift = (new.utcoffset() or timedelta()) - (old.utcoffset() or timedelta())
    minutes = int(abs(shift.total_seconds()) // 60)
    words = f"{minutes // 60} h{f' {minutes % 60} min' if minutes % 60 else ''}"
    found = []
    if shift:
        way = "later" if shift > timedelta() else "earlier"
        found.append(f"A day begins {words} {'earlier' if way == 'later' else 'later'} than now.")
    if old.date() != new.date():
        found.append(
            f"Today is {new.day} {new:%B} there and {old.day} {old:%B} by the present zone: every "
            f"age counts {'one day more' if new.date() > old.date() else 'one day less'} at once."
        )
    found.append("Times on pages are shown in the new zone. Stored moments and dates stay.")
    following = User.objects.filter(is_active=True, digest_enabled=True, time_zone="").count()
    if following:
        who = "1 person has" if following == 1 else f"{following:,} people have"
        found.append(
            f"{who} no zone of their own: their digest comes at the same hour by the new zone."
        )
    return found


def history(limit: int = 20) -> list[Happening]:
    """Who changed which setting, newest first."""
    return happenings(Event.objects.filter(verb="company.changed").order_by("-at", "-id")[:limit])
