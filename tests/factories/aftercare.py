"""Pilots that people use, made as of days that have passed."""

from datetime import UTC, date, datetime, time

import time_machine

from accounts.models import User
from portfolio.models import Channel, Pilot
from readiness.actions import aftercare
from readiness.models import Attestation, LaunchCheck
from tests.factories.pilots import pilot


def on(day: date) -> time_machine.travel:
    """Noon of that day."""
    return time_machine.travel(datetime.combine(day, time(12), UTC), tick=False)


def live(by: User, since: date, *, registered: date | None = None, **values: object) -> Pilot:
    """A pilot that went live on a day, registered that day unless said otherwise."""
    values.setdefault("stage", "production")
    with on(registered or since):
        return pilot(by, stage_since=since, **values)  # type: ignore[arg-type]


def attest(
    one: Pilot, month: date, by: User, verdict: str = "useful", note: str = "",
    seen: int | None = None,
) -> Attestation:  # fmt: skip
    return aftercare.attest(
        pilot=one, month=month, by=by, channel=Channel.WEB, verdict=verdict, note=note, seen=seen
    )


def check(one: Pilot, by: User, days: int = 90, **values: str) -> LaunchCheck:
    given = {"result": "held", "measured": "92 % then, 91 % now", **values}
    return aftercare.check(pilot=one, days=days, by=by, channel=Channel.WEB, **given)
