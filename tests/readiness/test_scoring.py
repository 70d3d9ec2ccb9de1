"""The pure core: what counts as met, and how a score is made of it."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.catalog import read_all
from readiness.scoring import Share, has_expired, is_met, score

TODAY = date(2026, 3, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ITEMS = [
    SimpleNamespace(**asdict(item), key=item.code)
    for template in read_all()
    if template.slug == "production"
    for item in template.items
]
STATES = ["open", "attested", "verified", "waived", "not_applicable"]


@dataclass(frozen=True)
class Said:
    state: str
    backed: bool = False
    valid_until: date | None = None


said = st.builds(
    Said,
    st.sampled_from(STATES),
    st.booleans(),
    st.sampled_from([None, YESTERDAY, TODAY, TOMORROW]),
)
answers = st.dictionaries(st.sampled_from([item.code for item in ITEMS]), said)


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        (None, False),
        (Said("open"), False),
        (Said("open", True), False),
        (Said("attested"), False),
        (Said("attested", True), True),
        (Said("attested", True, YESTERDAY), False),
        (Said("verified", True), True),
        (Said("verified", True, YESTERDAY), False),
        (Said("waived", False, TODAY), True),
        (Said("waived", False, YESTERDAY), False),
        (Said("not_applicable"), True),
        (Said("not_applicable", False, YESTERDAY), False),
    ],
)
def test_what_is_met(answer: Said | None, met: bool) -> None:
    assert is_met(answer, TODAY) is met


def test_an_open_item_does_not_expire() -> None:
    assert not has_expired(Said("open", True, YESTERDAY), TODAY)


@given(answers)
def test_the_parts_add_up_to_the_whole(given_answers: dict[str, Said]) -> None:
    result = score(ITEMS, given_answers, TODAY)
    for parts in (result.sides, result.levels, result.dimensions):
        assert sum(part.met for part in parts.values()) == result.overall.met
        assert sum(part.total for part in parts.values()) == result.overall.total == 10
    assert len(result.blockers) == result.overall.open
    assert result.likely_to_fail is (result.overall.open >= 3)


@given(answers, st.sampled_from([item.code for item in ITEMS]))
def test_verifying_one_more_never_lowers_the_score(
    given_answers: dict[str, Said], code: str
) -> None:
    before = score(ITEMS, given_answers, TODAY).overall.met
    after = score(ITEMS, {**given_answers, code: Said("verified", True)}, TODAY).overall.met
    assert before <= after <= before + 1


@given(answers)
def test_days_only_take_away(given_answers: dict[str, Said]) -> None:
    days = [YESTERDAY, TODAY, TOMORROW, TOMORROW + timedelta(days=1)]
    counts = [score(ITEMS, given_answers, day).overall.met for day in days]
    assert counts == sorted(counts, reverse=True)


def test_the_lower_side_rules() -> None:
    technical = {i.code: Said("verified", True) for i in ITEMS if i.side == "technical"}
    assert score(ITEMS, technical, TODAY).ruling_side == "organisational"
    assert score(ITEMS, {}, TODAY).ruling_side is None


def test_an_empty_part_is_complete() -> None:
    assert Share(0, 0).ratio == 1.0
