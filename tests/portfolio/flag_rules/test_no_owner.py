import pytest

from portfolio.actions import people, stages
from portfolio.models import Channel, Flag, RoleAssignment
from tests import factories
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words


def test_it_opens_at_registration_and_closes_when_an_owner_is_assigned(cast: Cast) -> None:
    pilot = factories.pilot(by=cast.mona)
    assert "NO_OWNER" in codes(pilot)
    people.assign(pilot=pilot, person=cast.alice, by=cast.mona, channel=Channel.WEB)
    assert Flag.objects.get(pilot=pilot, rule="NO_OWNER").closed_at is not None


def test_it_counts_from_the_day_the_last_owner_left(cast: Cast) -> None:
    pilot = settled(cast.mona)
    RoleAssignment.objects.filter(pilot=pilot).update(since=ago(9), until=ago(4))
    sweep()
    assert flag(pilot, "NO_OWNER").since == ago(4)
    assert words(pilot, "NO_OWNER") == "No owner for 4 days"


def test_another_role_is_no_owner(cast: Cast) -> None:
    pilot = factories.pilot(by=cast.mona)
    people.assign(pilot=pilot, person=cast.alice, by=cast.mona, channel=Channel.WEB, role="sponsor")
    assert "NO_OWNER" in codes(pilot)


@pytest.mark.parametrize("stage", ["idea", "poc", "pilot", "rollout", "production"])
def test_it_speaks_in_every_active_stage(cast: Cast, stage: str) -> None:
    pilot = factories.pilot(by=cast.mona, stage=stage, stage_since=ago(1))
    sweep(DAY)
    assert "NO_OWNER" in codes(pilot)


def test_an_ended_pilot_needs_no_owner(cast: Cast) -> None:
    pilot = factories.pilot(by=cast.mona, stage_since=ago(5))
    stages.change(pilot=pilot, by=cast.mona, channel=Channel.WEB, stage="stopped", decided=True)
    assert codes(pilot) == set()
