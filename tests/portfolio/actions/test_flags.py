from datetime import timedelta

import pytest

from common import clock
from common.errors import NotAllowed, Refused
from portfolio.actions import flags, people
from portfolio.models import Event, Flag, FlagLimit, Pilot
from tests import factories
from tests.factories import Cast


def ownerless(cast: Cast) -> Flag:
    pilot = factories.pilot(cast.mona)
    return Flag.objects.get(pilot=pilot, rule="NO_OWNER")


def test_a_snooze_has_a_reason_a_date_and_an_event(cast: Cast) -> None:
    flag, today = ownerless(cast), clock.today()
    until = today + timedelta(days=14)
    flags.snooze(flag=flag, by=cast.mona, channel="web", until=until, reason=" Hiring \x00")
    flag.refresh_from_db()
    assert (flag.snoozed_until, flag.snooze_reason, flag.snoozed_by) == (until, "Hiring", cast.mona)
    event = Event.objects.get(verb="flag.snoozed")
    assert event.after["rule"] == "NO_OWNER"
    assert event.after["snoozed_until"] == str(until)
    assert not Pilot.objects.stalled(today).exists()
    assert Pilot.objects.stalled(until + timedelta(days=1)).exists()


def test_waking_it_up(cast: Cast) -> None:
    flag = ownerless(cast)
    flags.snooze(flag=flag, by=cast.mona, channel="web", until=clock.today(), reason="Hiring")
    flags.unsnooze(flag=flag, by=cast.mona, channel="web")
    flags.unsnooze(flag=flag, by=cast.mona, channel="web")
    flag.refresh_from_db()
    assert flag.snoozed_until is None
    assert Event.objects.filter(verb="flag.unsnoozed").count() == 1


@pytest.mark.parametrize(
    ("days", "reason", "field"), [(-1, "Why", "until"), (181, "Why", "until"), (5, " ", "reason")]
)
def test_what_is_no_snooze(cast: Cast, days: int, reason: str, field: str) -> None:
    until = clock.today() + timedelta(days=days)
    with pytest.raises(Refused) as refused:
        flags.snooze(flag=ownerless(cast), by=cast.mona, channel="web", until=until, reason=reason)
    assert refused.value.field == field


def test_who_may_snooze(cast: Cast) -> None:
    flag = ownerless(cast)
    with pytest.raises(NotAllowed):
        flags.snooze(flag=flag, by=cast.charlie, channel="web", until=clock.today(), reason="x")
    people.assign(pilot=flag.pilot, person=cast.alice, by=cast.mona, channel="web")
    with pytest.raises(Refused, match="closed already"):
        flags.snooze(flag=flag, by=cast.alice, channel="web", until=clock.today(), reason="x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "NONE_SUCH"},
        {"stage": "nowhere"},
        {"audience": "x"},
        {"limit": -1},
        {"limit": 9999},
    ],
)
def test_a_limit_that_is_none(cast: Cast, wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"rule": "NO_UPDATE", "limit": 7, **wrong}
    with pytest.raises(Refused):
        flags.set_limit(by=cast.ada, channel="web", **values)  # type: ignore[arg-type]
    assert not FlagLimit.objects.exists()


def test_only_administrators_set_limits(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        flags.set_limit(rule="NO_UPDATE", limit=7, by=cast.mona, channel="web")
