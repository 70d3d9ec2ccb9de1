"""Boards, and pilots that ask for one."""

from datetime import date, timedelta
from typing import Any

from accounts.models import Unit, User
from common import clock
from portfolio.actions import flags
from portfolio.models import Channel, Pilot
from readiness.actions import meetings
from readiness.models import AgendaItem, Meeting
from tests.factories.pilots import CHARTER, pilot


def late(by: User, name: str, days: int, **values: Any) -> Pilot:
    """A PoC whose day to decide by passed so many days ago."""
    today = clock.today()
    given = {
        "stage": "poc", "stage_since": today - timedelta(days=30),
        "decide_by": today - timedelta(days=days), **CHARTER, **values,
    }  # fmt: skip
    made = pilot(by, name, **given)
    flags.sweep_pilots(pilots=[made.pk])
    return made


def board(by: User, minutes: int = 60, on: date | None = None, unit: Unit | None = None) -> Meeting:
    return meetings.prepare(
        by=by, channel=Channel.WEB, on=on or clock.today(), minutes=minutes, unit=unit
    )


def names(meeting: Meeting) -> list[str]:
    """Pilots on the agenda, in its order."""
    items = meeting.items.exclude(state="removed").select_related("pilot")
    return [item.pilot.name for item in items]


def item_of(meeting: Meeting, one: Pilot) -> AgendaItem:
    return meeting.items.select_related("meeting__unit", "pilot__unit").get(pilot=one)
