"""One of every record on a pilot of the access matrix, with a word in all its texts."""

from datetime import timedelta
from decimal import Decimal

from accounts.models import User
from common import clock
from portfolio.actions import dependencies, model_uses, rollouts
from portfolio.models import Channel, Incident, Pilot

WEB = Channel.WEB


def fill(one: Pilot, mona: User, word: str) -> None:
    system = dependencies.add(
        pilot=one, by=mona, channel=WEB, name=f"{word} ERP", kind="erp", contact=f"{word} team",
        agreement=f"{word} agreement", agreement_url=f"https://{word.lower()}.example/",
    )  # fmt: skip
    dependencies.report(dependency=system, by=mona, channel=WEB, what=f"{word} fields vanished")
    for name in ("Shared", f"{word} model"):
        model_uses.add(
            pilot=one, by=mona, channel=WEB, name=name, version=f"{word} 1",
            retires_on=clock.today() + timedelta(days=20), plan=f"{word} plan",
        )  # fmt: skip
    rollout = rollouts.open_(
        pilot=one, by=mona, channel=WEB, scope=f"{word} everywhere", budget=Decimal(5000),
        owner=mona, increments=[f"{word} first", "Then all"],
    )  # fmt: skip
    rollouts.add_wave(rollout=rollout, by=mona, channel=WEB, team=f"{word} team")


def made(one: Pilot) -> dict[str, int]:
    """The numbers that addresses name."""
    return {
        "dependency": one.dependencies.get().pk,
        "incident": Incident.objects.get(dependency__pilot=one).pk,
        "rollout": one.rollouts.get().pk,
        "wave": one.rollouts.get().waves.get().pk,
        "use": one.model_uses.exclude(name="Shared").get().pk,
    }
