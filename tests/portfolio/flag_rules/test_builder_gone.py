import pytest
import time_machine

from accounts.actions import leaving
from accounts.models import Membership
from portfolio.actions import people
from portfolio.models import Channel, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, settled, sweep, words

WEB = Channel.WEB


def built(cast: Cast, stage: str = "poc") -> Pilot:
    pilot = settled(cast.mona, stage=stage, stage_since=ago(10))
    with time_machine.travel(f"{ago(9)}T12:00:00Z", tick=False):
        people.assign(
            pilot=pilot, person=cast.bob, by=cast.mona, channel=WEB, role="technical_owner"
        )
    return pilot


@pytest.mark.parametrize("way", ["leaves", "moves outside"])
def test_it_opens_in_the_transaction_in_which_the_builder_goes(cast: Cast, way: str) -> None:
    pilot = built(cast)
    Membership.objects.update(since=ago(30))
    with time_machine.travel(f"{ago(4)}T12:00:00Z", tick=False):
        if way == "leaves":
            leaving.deactivate(user=cast.bob, by=cast.ada, channel=WEB)
        else:
            leaving.set_internal(user=cast.bob, internal=False, by=cast.ada, channel=WEB)
        assert "BUILDER_GONE" in codes(pilot)
    assert words(pilot, "BUILDER_GONE") == "Its builder left 4 days ago and nobody took over"
    people.assign(pilot=pilot, person=cast.alice, by=cast.mona, channel=WEB, role="technical_owner")
    assert "BUILDER_GONE" not in codes(pilot)


def test_who_stopped_building_but_is_here_can_be_asked(cast: Cast) -> None:
    pilot = built(cast)
    people.release(assignment=pilot.people.get(role="technical_owner"), by=cast.mona, channel=WEB)
    assert "BUILDER_GONE" not in codes(pilot)
    leaving.deactivate(user=cast.bob, by=cast.ada, channel=WEB)
    sweep()
    assert "BUILDER_GONE" in codes(pilot), "now they cannot"


def test_nothing_was_built_of_an_idea(cast: Cast) -> None:
    pilot = built(cast, stage="idea")
    leaving.deactivate(user=cast.bob, by=cast.ada, channel=WEB)
    sweep()
    assert "BUILDER_GONE" not in codes(pilot)
