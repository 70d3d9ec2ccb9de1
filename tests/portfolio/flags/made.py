"""Short ways to a portfolio with a past."""

from datetime import date, timedelta

from accounts.models import User
from portfolio.actions import flags
from portfolio.models import Flag, Pilot, SweepRun
from tests import factories

DAY = date(2026, 11, 20)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def sweep(as_of: date = DAY) -> SweepRun:
    return flags.sweep(as_of=as_of)


def codes(pilot: Pilot) -> set[str]:
    return set(Flag.objects.filter(pilot=pilot, closed_at=None).values_list("rule", flat=True))


def flag(pilot: Pilot, rule: str) -> Flag:
    return Flag.objects.get(pilot=pilot, rule=rule, closed_at=None)


def words(pilot: Pilot, rule: str, as_of: date = DAY) -> str:
    from portfolio.flags.registry import rules

    return rules.get(rule).words(flag(pilot, rule).facts, as_of)


def settled(by: User, name: str = "Invoice reader", **values: object) -> Pilot:
    """A pilot without any finding on DAY, but for those that `values` bring about."""
    since = values.setdefault("stage_since", ago(10))
    pilot = factories.pilot(by=by, name=name, owner=by, **values)
    Pilot.objects.filter(pk=pilot.pk).update(registered_on=since or ago(10), last_update_on=DAY)
    pilot.refresh_from_db()
    return pilot
