import pytest
import time_machine

from accounts.actions import leaving
from accounts.models import Membership
from portfolio.actions import ownership, stages
from portfolio.models import Channel, OwnershipAnswer, Pilot
from portfolio.queries.twelve_months import twelve_month_answered
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words

WEB = Channel.WEB
CODE = "OWNERSHIP_UNCONFIRMED"


def old(cast: Cast, stage: str = "pilot", days: int = 400) -> Pilot:
    pilot = settled(cast.mona, stage=stage, stage_since=ago(10))
    Pilot.objects.filter(pk=pilot.pk).update(registered_on=ago(days))
    sweep()
    return pilot


def answer(pilot: Pilot, cast: Cast, days: int = 0) -> OwnershipAnswer:
    with time_machine.travel(f"{ago(days)}T12:00:00Z", tick=False):
        return ownership.answer_twelve_months(
            pilot=pilot, owner=cast.alice, operations_owner=cast.bob, feedback_owner=cast.alice,
            by=cast.mona, channel=WEB,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [("pilot", 365, False), ("pilot", 366, True), ("production", 400, True), ("poc", 400, False)],
)
def test_a_year_after_the_registration(cast: Cast, stage: str, days: int, expected: bool) -> None:
    pilot = old(cast, stage, days)
    assert (CODE in codes(pilot)) is expected
    assert twelve_month_answered(pilot, DAY) is False


def test_it_is_asked_again_every_year(cast: Cast) -> None:
    pilot = old(cast)
    answer(pilot, cast, days=366)
    sweep()
    assert flag(pilot, CODE).since == ago(0)
    assert words(pilot, CODE) == "The twelve-month questions were answered 366 days ago"
    assert not twelve_month_answered(pilot, DAY)
    assert twelve_month_answered(pilot, ago(1))
    answer(pilot, cast)
    assert CODE not in codes(pilot)
    assert twelve_month_answered(pilot, DAY)
    assert pilot.ownership_answers.count() == 2


def test_it_is_heavier_in_production(cast: Cast) -> None:
    pilot = old(cast, stage="rollout")
    assert flag(pilot, CODE).severity == "M"
    stages.change(pilot=pilot, by=cast.mona, channel=WEB, stage="production", decided=True)
    assert flag(pilot, CODE).severity == "H"


def test_an_answer_holds_while_everybody_named_is_here(cast: Cast) -> None:
    pilot = old(cast, days=100)
    answer(pilot, cast, days=5)
    assert twelve_month_answered(pilot, DAY)
    Membership.objects.update(since=ago(30))
    with time_machine.travel(f"{ago(2)}T12:00:00Z", tick=False):
        leaving.deactivate(user=cast.bob, by=cast.ada, channel=WEB)
    assert flag(pilot, CODE).since == ago(2)
    assert words(pilot, CODE) == "Somebody named for the next twelve months is not here any more"
    assert not twelve_month_answered(pilot, DAY)
