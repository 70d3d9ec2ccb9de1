"""One of every record on a pilot of the access matrix, with a word in all its texts."""

from datetime import timedelta
from decimal import Decimal

from accounts.models import User
from common import clock
from portfolio.actions import dependencies, links, model_uses, reviews, rollouts
from portfolio.models import Channel, Incident, Pilot
from readiness.access import get_item
from readiness.actions import answers
from readiness.actions.files import Upload

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
    # Three answers would be enough to say how long the team usually takes.
    for days in (90, 60, 30):
        asked = clock.today() - timedelta(days=days)
        reviews.request(
            pilot=one, by=mona, channel=WEB, team="legal", requested_on=asked, outcome="approved",
            decided_on=asked + timedelta(days=20 if one.restricted else 7), note=f"{word} contract",
        )  # fmt: skip
    reviews.request(pilot=one, by=mona, channel=WEB, team="security", reviewer=mona, note=word)
    answers.save(
        pilot=one, item=get_item("training"), by=mona, channel=WEB, state="attested",
        file=Upload(f"{word}.txt", f"{word} trained 40 people".encode()),
    )  # fmt: skip
    links.add(
        pilot=one, by=mona, channel=WEB, kind="registry", name=f"{word} registry",
        url=f"https://{word.lower()}.example/registry",
    )  # fmt: skip


def made(one: Pilot) -> dict[str, int]:
    """The numbers that addresses name."""
    return {
        "dependency": one.dependencies.get().pk,
        "incident": Incident.objects.get(dependency__pilot=one).pk,
        "rollout": one.rollouts.get().pk,
        "wave": one.rollouts.get().waves.get().pk,
        "review": one.reviews.get(outcome="").pk,
        "link": one.links.get().pk,
        "file": one.evidence_files.get().pk,
        "use": one.model_uses.exclude(name="Shared").get().pk,
    }
