import pytest

from portfolio.actions import pilots
from portfolio.models import Channel, FlagLimit, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, codes, flag, settled, sweep, words


def held(cast: Cast, holders: int | None, **values: object) -> Pilot:
    return pilots.edit(
        pilot=settled(cast.mona, **values), by=cast.mona, channel=Channel.WEB,
        access_holders=holders,
    )  # fmt: skip


@pytest.mark.parametrize(("holders", "expected"), [(None, False), (0, True), (1, True), (2, False)])
def test_fewer_than_two(cast: Cast, holders: int | None, expected: bool) -> None:
    assert ("SINGLE_POINT" in codes(held(cast, holders))) is expected


def test_it_is_true_since_it_was_said_and_a_second_person_clears_it(cast: Cast) -> None:
    pilot = held(cast, 1)
    assert flag(pilot, "SINGLE_POINT").since == DAY
    assert words(pilot, "SINGLE_POINT") == "Only 1 of 2 with access"
    pilots.edit(pilot=pilot, by=cast.mona, channel=Channel.WEB, access_holders=2)
    assert "SINGLE_POINT" not in codes(pilot)


def test_the_number_is_a_limit_of_administrators(cast: Cast) -> None:
    pilot = held(cast, 2)
    FlagLimit.objects.create(rule="SINGLE_POINT", limit=3)
    sweep()
    assert "SINGLE_POINT" in codes(pilot)
