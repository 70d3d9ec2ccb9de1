import pytest

from portfolio.actions import people
from portfolio.models import AREAS, Channel, Pilot, RoleAssignment
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words


def live(cast: Cast, stage: str = "rollout", days: int = 300, areas: int = 0) -> Pilot:
    pilot = settled(cast.mona, stage=stage, stage_since=ago(5))
    Pilot.objects.filter(pk=pilot.pk).update(registered_on=ago(days))
    for role in list(AREAS)[:areas]:
        people.assign(pilot=pilot, person=cast.alice, by=cast.mona, channel=Channel.WEB, role=role)
    sweep()
    return pilot


@pytest.mark.parametrize(
    ("stage", "days", "areas", "expected"),
    [("rollout", 300, 0, True), ("production", 300, 3, True), ("rollout", 300, 4, False),
     ("pilot", 300, 0, False), ("production", 29, 0, False), ("production", 30, 0, True)],
)  # fmt: skip
def test_from_rollout_on(cast: Cast, stage: str, days: int, areas: int, expected: bool) -> None:
    assert ("UNOWNED_AREA" in codes(live(cast, stage, days, areas))) is expected


def test_it_says_how_many_and_since_when(cast: Cast) -> None:
    pilot = live(cast)
    assert words(pilot, "UNOWNED_AREA") == "None of 4 areas have an owner"
    assert flag(pilot, "UNOWNED_AREA").since == ago(5)
    other = live(cast, areas=4)
    held = RoleAssignment.objects.get(pilot=other, role="model_owner")
    RoleAssignment.objects.filter(pk=held.pk).update(since=ago(3), until=ago(2))
    sweep()
    assert words(other, "UNOWNED_AREA") == "3 of 4 areas have an owner"
    assert flag(other, "UNOWNED_AREA").since == ago(2)
