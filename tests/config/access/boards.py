"""Boards of the access matrix: one that waits and one that was held, with both pilots on each."""

from collections.abc import Sequence
from datetime import date

from accounts.models import Unit, User
from common import clock
from portfolio.models import Channel, Pilot
from readiness.actions import board_outcomes, meetings
from readiness.models import Meeting

WEB = Channel.WEB


def fill(unit: Unit, pilots: Sequence[Pilot], mona: User, word: str) -> dict[str, int]:
    """A board that was held, and one that waits; both hold these pilots. Their numbers."""
    held, waits = (_board(unit, pilots, mona, clock.today()) for _ in range(2))
    for item in held.items.select_related("meeting", "pilot__unit"):
        note = word if item.pilot.restricted else "Data arrive in May"
        board_outcomes.settle(
            item=item, by=mona, channel=WEB, state="discussed", note=note, version=item.version
        )
    board_outcomes.close(meeting=held, by=mona, channel=WEB)
    return {"board": waits.pk, "board_held": held.pk}


def _board(unit: Unit, pilots: Sequence[Pilot], mona: User, on: date) -> Meeting:
    meeting = meetings.prepare(by=mona, channel=WEB, on=on, minutes=60, unit=unit)
    there = set(meeting.items.values_list("pilot", flat=True))
    for pilot in pilots:
        if pilot.pk not in there:
            meetings.add(meeting=meeting, pilot=pilot, by=mona, channel=WEB)
    return meeting
