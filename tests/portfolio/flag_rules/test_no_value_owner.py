import pytest

from portfolio.actions import people
from portfolio.models import Channel, Pilot, RoleAssignment
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep


def registered(cast: Cast, days: int, stage: str = "pilot") -> Pilot:
    pilot = settled(cast.mona, stage=stage, stage_since=ago(5))
    Pilot.objects.filter(pk=pilot.pk).update(registered_on=ago(days))
    sweep()
    return pilot


@pytest.mark.parametrize(
    ("days", "stage", "expected"),
    [(29, "pilot", False), (30, "pilot", True), (300, "rollout", True), (300, "production", True),
     (300, "poc", False), (300, "idea", False), (0, "production", False)],
)  # fmt: skip
def test_from_pilot_on_after_a_month(cast: Cast, days: int, stage: str, expected: bool) -> None:
    assert ("NO_VALUE_OWNER" in codes(registered(cast, days, stage))) is expected


def test_naming_one_clears_it_and_losing_them_opens_it_again(cast: Cast) -> None:
    pilot = registered(cast, 300)
    assert flag(pilot, "NO_VALUE_OWNER").since == ago(5)
    held = people.assign(
        pilot=pilot, person=cast.alice, by=cast.mona, channel=Channel.WEB, role="value_owner"
    )
    assert "NO_VALUE_OWNER" not in codes(pilot)
    RoleAssignment.objects.filter(pk=held.pk).update(since=ago(4), until=ago(2))
    sweep()
    assert flag(pilot, "NO_VALUE_OWNER").since == ago(2)
