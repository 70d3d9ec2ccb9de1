"""Portfolios for the tests of the Overview: random ones, and one that shows every case."""

import random
from datetime import date, timedelta

from accounts.models import Unit
from common import clock
from portfolio.models import Flag, Pilot, RoleAssignment, Stage
from tests import factories
from tests.factories import Cast

DAY = date(2026, 6, 30)
RULES = ("STALE_POC", "NO_OWNER", "NO_UPDATE", "NO_METRIC", "GONE_QUIET", "MISSING_3")


def some_units() -> list[Unit]:
    return [
        factories.unit("Finance"),
        factories.unit("Finance", "Payables"),
        factories.unit("Operations", "Cranes", "North"),
        factories.unit("Legal"),
    ]


def make(cast: Cast, size: int, seed: int) -> list[Pilot]:
    """Bare rows of every kind, with flags, holds, restricted ones and unknown dates."""
    dice = random.Random(seed)
    units = some_units()
    pilots = []
    for number in range(size):
        since = DAY - timedelta(days=dice.choice([0, 5, 13, 14, 91, 92, 200, 364, 365, 900]))
        known = dice.random() > 0.2
        stage = dice.choice(Stage.values)
        shipped = stage in ("production", "retired") or dice.random() < 0.05
        pilots.append(
            Pilot(
                name=f"Pilot {number}", name_key=f"pilot {number}", unit=dice.choice(units),
                registered_on=since, stage=stage, stage_since=since if known else None,
                stage_since_bound=since, shipped=shipped, restricted=dice.random() < 0.2,
                first_production_on=since if shipped and known else None,
                on_hold_until=DAY + timedelta(days=dice.choice([-3, 0, 9]))
                if dice.random() < 0.15 else None,
                decide_by=DAY if dice.random() < 0.5 else None,
                monthly_burn=dice.choice([None, 1000, 250]),
            )
        )  # fmt: skip
    made = Pilot.objects.bulk_create(pilots)
    for pilot in made:
        for rule in dice.sample(RULES, dice.randint(0, 3)):
            flag(pilot, rule, dice)
        if dice.random() < 0.1:
            RoleAssignment.objects.create(
                pilot=pilot, person=cast.alice, role="owner", since=DAY, recorded_at=clock.now()
            )
    return made


def flag(pilot: Pilot, rule: str, dice: random.Random) -> None:
    opened = clock.now() - timedelta(days=dice.choice([1, 6, 8, 30]))
    snoozed = dice.random() < 0.15
    Flag.objects.create(
        pilot=pilot, rule=rule, severity="H", since=opened.date(), opened_at=opened,
        closed_at=clock.now() if dice.random() < 0.15 else None,
        snoozed_until=DAY if snoozed else None, snooze_reason="Known" if snoozed else "",
    )  # fmt: skip
