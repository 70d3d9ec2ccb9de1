"""A waiver that is asked for on a pilot of the access matrix."""

from datetime import timedelta

from accounts.models import User
from common import clock
from portfolio.models import Channel, Pilot
from readiness.access import get_item
from readiness.actions import waivers


def fill(one: Pilot, alice: User, word: str) -> None:
    waivers.ask(
        pilot=one, item=get_item("cost"), by=alice, channel=Channel.WEB,
        reason=f"{word} has no finance partner yet", until=clock.today() + timedelta(days=30),
    )  # fmt: skip
