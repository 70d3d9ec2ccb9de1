"""What to close next, what that changes, and how long the rest takes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.models.checklist import Dimension, EvidenceKind, Level, Side
from readiness.next_gap import closing, minutes_left, next_gap
from readiness.scoring import score

TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    code: str
    side: str = "technical"
    level: str = "controlled"
    must_have: bool = True
    stage: str = "poc"
    kind: str = "any"
    position: int = 1
    dimension: str = "data"
    factor: str = ""

    @property
    def key(self) -> str:
        return f"list.{self.code}"


@dataclass(frozen=True)
class Yes:
    state: str = "verified"
    backed: bool = True
    valid_until: None = None


def best(*items: Item, met: tuple[str, ...] = (), blocking: tuple[str, ...] = ()) -> str:
    answers = {f"list.{code}": Yes() for code in met}
    found = score(items, answers, TODAY.date())
    gap = next_gap(items, found, met, stage="pilot", blocking=blocking)
    return gap.item.code if gap else ""


CASES = {
    "what is due": [Item("b", stage="rollout"), Item("a", must_have=False)],
    "a must-have": [Item("b", must_have=False, position=1), Item("a", position=2)],
    "the lowest level": [Item("b", level="production"), Item("a", level="groundwork", position=9)],
    "the evidence that is had soonest": [Item("b", kind="raw_200"), Item("a", kind="number")],
    "the first of those alike": [Item("b", position=2), Item("a", position=1)],
    "a must-have before a level": [Item("b", must_have=False, level="groundwork"), Item("a")],
    "the level before the evidence": [Item("b"), Item("a", level="groundwork", kind="raw_200")],
}


@pytest.mark.parametrize("why", CASES)
def test_what_comes_first(why: str) -> None:
    assert best(*CASES[why]) == "a"


def test_the_side_that_rules_comes_before_the_level() -> None:
    items = (
        Item("b", level="groundwork"), Item("done"), Item("a", side="organisational"),
    )  # fmt: skip
    assert best(*items, met=("done",)) == "a"


def test_what_blocks_the_gate_comes_before_what_does_not() -> None:
    items = (Item("b"), Item("a", position=2, kind="raw_200"))
    assert best(*items, blocking=("list.a",)) == "a"


def test_nothing_is_left() -> None:
    assert best(Item("a"), met=("a",)) == ""
    assert best() == ""


def test_the_reason_is_said() -> None:
    items = [Item("a", side="organisational"), Item("done")]
    found = score(items, {"list.done": Yes()}, TODAY.date())
    gap = next_gap(items, found, ("done",), stage="pilot", blocking=("list.a",))
    assert gap is not None
    assert gap.reason == (
        "A must-have, on the organisational side, which holds the score back, at the lowest level "
        "with something open (Controlled), and it blocks the next gate."
    )


# One draw of small numbers for each item: a draw for each field would take seconds.
NUMBERS = st.lists(st.integers(0, 2 * 3 * 2 * 4 * 6 * 5 * 2 - 1), max_size=12)
STAGES = ("poc", "pilot", "rollout", "production")


def made(numbers: list[int]) -> tuple[list[Item], set[str]]:
    """Items and the codes of those that count, each out of one number."""
    items, met = [], set()
    for place, number in enumerate(numbers):
        fields: list[str] = []
        for values in (Side.values, Level.values, STAGES, EvidenceKind.values, Dimension.values):
            number, pick = divmod(number, len(values))
            fields.append(values[pick])
        number, must = divmod(number, 2)
        side, level, stage, kind, dimension = fields
        items.append(
            Item(str(place), side, level, bool(must), stage, kind, place, dimension)
        )  # fmt: skip
        if number:
            met.add(str(place))
    return items, met


@given(NUMBERS)
def test_it_is_open_and_closing_it_never_lowers_the_score(numbers: list[int]) -> None:
    items, met = made(numbers)
    answers = {item.key: Yes() for item in items if item.code in met}
    found = score(items, answers, TODAY.date())
    gap = next_gap(items, found, met, stage="pilot")
    assert (gap is None) == (len(met) == len(items))
    if gap is None:
        return
    assert gap.item.code not in met
    if any(item.stage in ("poc", "pilot") and item.code not in met for item in items):
        assert gap.item.stage in ("poc", "pilot")
    told = closing(found, gap.item)
    after = score(items, {**answers, gap.item.key: Yes()}, TODAY.date())
    assert told.ruling[0].ratio <= told.ruling[1].ratio
    assert told.ruling[1].ratio == after.ruling.ratio
    assert told.dimension[1] == after.dimensions[gap.item.dimension]
    assert told.side[1] == after.sides[gap.item.side]


def moments(*seconds: int) -> list[datetime]:
    return [TODAY + timedelta(seconds=one) for one in seconds]


@pytest.mark.parametrize(
    ("given_at", "left", "minutes"),
    [
        ([], 10, None),
        ([0, 60, 120, 180, 240], 10, None),  # Four pauses tell nothing.
        ([0, 60, 120, 180, 240, 300], 10, 10),
        ([300, 0, 120, 60, 240, 180], 10, 10),  # In whatever order.
        ([0, 30, 60, 90, 120, 150, 90_000], 10, 5),  # The night between is no pause.
        ([0, 0, 0, 0, 0, 0, 0], 10, None),  # An import is no pace.
        ([0, 60, 120, 180, 240, 300], 0, None),
        ([0, 5, 10, 15, 20, 25], 1, 1),
    ],
)
def test_the_minutes_that_are_left(given_at: list[int], left: int, minutes: int | None) -> None:
    assert minutes_left(moments(*given_at), left) == minutes
