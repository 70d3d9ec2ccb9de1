"""A small company that has one of everything an address can name, and everyone who may ask."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.models import Role, User
from common import clock
from portfolio.actions import (
    flags,
    imports,
    metrics,
    people,
    proposals,
    raw_tests,
    saved_views,
    tags,
    updates,
)  # fmt: skip
from portfolio.actions.saved_views import Shown
from portfolio.models import Channel, Flag, Pilot, Tag
from tests.config.access import (
    aftercare,
    boards,
    checklists,
    decisions,
    records,
    self_checks,
    waivers,
)
from tests.factories import person, pilot, unit
from tests.factories.answers import answer

SECRET = "Nightingale"
"""In the name of the restricted pilot and of everything that hangs on it."""


@dataclass(frozen=True)
class World:
    """`people` by actor; `clients` are signed in as them, "anonymous" as nobody."""

    people: dict[str, User]
    open: Pilot
    hidden: Pilot
    made: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def client(self, actor: str) -> Client:
        """Signed in as them; the sign-in is made once and the cookies are fresh every time."""
        client = Client()
        if actor in self.people:
            if actor not in self.cookies:
                client.force_login(self.people[actor])
                self.cookies[actor] = client.cookies.output(header="", sep=";")
            client.cookies.load(self.cookies[actor])
        return client


def make_world() -> World:
    motor = unit("Claims", "Motor")
    who = {
        "administrator": person("Ada", Role.ADMINISTRATOR),
        "manager": person("Mona", Role.PORTFOLIO_MANAGER),
        "executive": person("Ed", Role.EXECUTIVE),
        "owner": person("Alice", Role.PRODUCT_OWNER),
        "other": person("Otis", Role.PRODUCT_OWNER),
        "viewer": person("Vera", Role.VIEWER),
        "auditor": person("Otto", Role.AUDITOR),
        "limited": person("Lena", Role.PORTFOLIO_MANAGER, unit=unit("Claims")),
        "elsewhere": person("Ella", Role.PORTFOLIO_MANAGER, unit=unit("Logistics")),
        "stranger": person("Charlie"),
    }
    mona, alice = who["manager"], who["owner"]
    entered = clock.today() - timedelta(days=120)
    known: dict[str, Any] = {
        "unit": motor,
        "stage": "pilot",
        "stage_since": entered,
        "owner": alice,
    }
    shown = pilot(mona, "Invoice reader", **known)
    hidden = pilot(mona, f"{SECRET} takeover", restricted=True, summary=f"{SECRET} plan", **known)
    pilot(mona, "Route planner", unit=unit("Logistics"), owner=who["other"])
    for one in (shown, hidden):
        _fill(one, mona, alice)
        word = SECRET if one.restricted else "Invoice"
        decisions.fill(one, mona, who["executive"], alice, word)
        aftercare.fill(one, mona)
        self_checks.fill(one, mona, word)
        waivers.fill(one, alice, word)
    checklists.fill(mona)
    flags.sweep()
    world = World(who, shown, hidden)
    run = imports.start(by=mona, file_name="pilots.csv", content=b"Name,Unit\nA,B\n")
    world.made.update(_made(world), import_=run)
    view = saved_views.save(
        by=alice, channel=Channel.WEB, name=f"{SECRET} view", shared=False, shown=Shown()
    )
    world.made["view"] = view.slug
    for one, name in ((shown, "board"), (hidden, f"{SECRET} tag")):
        tags.change(pilot=one, by=mona, channel=Channel.WEB, add=[name])
    world.made["tag"] = Tag.objects.get(key="board").pk
    world.made.update(boards.fill(motor, (shown, hidden), mona, SECRET))
    world.made["role_of_viewer"] = who["viewer"].memberships.get().pk
    return world


def _fill(one: Pilot, mona: User, alice: User) -> None:
    word = SECRET if one.restricted else "Invoice"
    metric = metrics.add(
        pilot=one, by=mona, channel=Channel.WEB, name=f"{word} minutes", unit="min"
    )
    metrics.read(metric=metric, by=mona, channel=Channel.WEB, value=Decimal(12))
    raw_tests.record(
        pilot=one, by=mona, channel=Channel.WEB, on=clock.today(), raw_right=150, raw_sample=200,
        curated_right=9, curated_sample=10, random=True, unprocessed=True, note=f"{word} sample",
    )  # fmt: skip
    updates.post(
        pilot=one, by=alice, channel=Channel.WEB, health="at_risk",
        note=f"{word} waits for data", next_step=f"{word} next",
    )  # fmt: skip
    answer(one, "latency", alice, note=f"{word} in 600 ms")
    records.fill(one, mona, word)
    people.assign(pilot=one, person=mona, by=mona, channel=Channel.WEB, role="sponsor")
    proposals.propose(
        pilot=one, person=mona, by=alice, channel=Channel.WEB, note=f"{word} needs you"
    )


def _made(world: World) -> dict[str, Any]:
    """What the addresses of each pilot name, by pilot id."""
    return {
        str(one.pk): {
            "flag": Flag.objects.open().filter(pilot=one).order_by("pk")[0].pk,
            **records.made(one),
            **decisions.made(one),
            **self_checks.made(one),
            "waiver": one.waiver_requests.get().pk,
            "proposal": one.owner_proposals.get().pk,
            "metric": one.metrics.get(preset="").pk,
            "reading": one.metrics.get(preset="").readings.get().pk,
            "test": one.raw_tests.get().pk,
            "role": one.people.get(role="sponsor").pk,
        }
        for one in (world.open, world.hidden)
    }
