"""OUT_OF_ORDER: the step of the model is complete, that of the data is not."""

import pytest
import time_machine

from tests.factories import Cast
from tests.factories.answers import answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep


@time_machine.travel(DAY, tick=False)
@pytest.mark.parametrize(
    ("stage", "met", "expected"),
    [
        ("poc", [], False),
        ("idea", ["constraints"], False),
        ("poc", ["constraints"], True),
        ("pilot", ["constraints", "sources_listed"], True),
        ("pilot", ["constraints", "data_reality"], True),
        ("pilot", ["constraints", "data_reality", "sources_listed"], False),
        ("rollout", ["constraints"], True),
        ("production", ["constraints"], False),
    ],
)
def test_model_before_data(cast: Cast, stage: str, met: list[str], expected: bool) -> None:
    one = settled(cast.mona, stage=stage, stage_since=ago(90))
    for code in met:
        answer(one, code, cast.mona, slug="full")
    sweep()
    assert ("OUT_OF_ORDER" in codes(one)) is expected


@time_machine.travel(DAY, tick=False)
def test_the_data_step_clears_it(cast: Cast) -> None:
    one = settled(cast.mona, stage="pilot", stage_since=ago(90))
    answer(one, "constraints", cast.mona, slug="full")
    found = flag(one, "OUT_OF_ORDER")
    assert (found.since, found.severity) == (DAY, "L")
    for code in ("data_reality", "sources_listed"):
        answer(one, code, cast.mona, slug="full")
    assert "OUT_OF_ORDER" not in codes(one)
