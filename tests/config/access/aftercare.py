"""A pilot of the access matrix that was live once, with a word on its months and its checks."""

from datetime import timedelta

from accounts.models import User
from common import clock
from portfolio.models import Channel, Pilot
from readiness.actions import aftercare
from readiness.queries.aftercare import month_asked, months_before


def fill(one: Pilot, mona: User) -> None:
    """It went live 100 days ago and went back to where it was."""
    word = "Nightingale" if one.restricted else "Invoice"
    launched = clock.today() - timedelta(days=100)
    Pilot.objects.filter(pk=one.pk).update(shipped=True, first_production_on=launched)
    aftercare.plan_checks([one.pk])
    last = month_asked(clock.today())
    for back, verdict in enumerate(("unknown", "unknown", "useful")):
        aftercare.attest(
            pilot=one, month=months_before(last, back), by=mona, channel=Channel.WEB,
            verdict=verdict, note=f"{word} is opened by few",
        )  # fmt: skip
    aftercare.check(
        pilot=one, days=90, by=mona, channel=Channel.WEB, result="degraded",
        measured=f"{word}: 92 % then, 80 % now",
    )  # fmt: skip
