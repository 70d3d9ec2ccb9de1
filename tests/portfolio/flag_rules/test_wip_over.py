from portfolio.actions import stages
from portfolio.models import Channel, FlagLimit, Pilot
from tests import factories
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words


def running(cast: Cast, number: int, unit: str = "Claims") -> list[Pilot]:
    """PoCs of a unit, the oldest first."""
    return [
        settled(
            cast.mona, f"{unit} {n}", stage="poc", stage_since=ago(50 - n),
            unit=factories.unit(unit),
        )
        for n in range(number)
    ]  # fmt: skip


def test_those_that_came_when_the_unit_was_full(cast: Cast) -> None:
    made = running(cast, 7)
    other = running(cast, 3, "Logistics")
    sweep()
    over = [pilot for pilot in (*made, *other) if "WIP_OVER" in codes(pilot)]
    assert over == made[5:]
    assert flag(made[6], "WIP_OVER").since == ago(44)
    said = "Came when 6 PoCs of the unit were running; 5 is the limit"
    assert words(made[6], "WIP_OVER") == said


def test_one_that_leaves_makes_room(cast: Cast) -> None:
    made = running(cast, 6)
    sweep()
    assert "WIP_OVER" in codes(made[5])
    stages.change(pilot=made[0], by=cast.mona, channel=Channel.WEB, stage="stopped", decided=True)
    sweep()
    assert "WIP_OVER" not in codes(made[5])


def test_of_one_day_the_one_registered_last_is_too_many(cast: Cast) -> None:
    same = factories.unit("Claims")
    made = [
        settled(cast.mona, f"P{n}", stage="poc", stage_since=ago(9), unit=same) for n in range(6)
    ]
    sweep()
    assert ["WIP_OVER" in codes(pilot) for pilot in made] == [False] * 5 + [True]


def test_the_number_is_a_limit_of_administrators(cast: Cast) -> None:
    made = running(cast, 3)
    FlagLimit.objects.create(rule="WIP_OVER", limit=2)
    sweep()
    assert "WIP_OVER" in codes(made[2])


def test_restricted_ones_are_not_told_by_the_number(cast: Cast) -> None:
    made = running(cast, 7)
    for hidden in made[:2]:
        Pilot.objects.filter(pk=hidden.pk).update(restricted=True)
    sweep()
    assert not any("WIP_OVER" in codes(pilot) for pilot in made)
