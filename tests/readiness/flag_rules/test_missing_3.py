"""MISSING_3: three or more of the ten open, from the Pilot stage on."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.actions import flags
from portfolio.models import Flag, FlagLimit, Pilot
from readiness.actions import assessments
from readiness.models import Answer, Assessment, ChecklistItem
from tests.factories import Cast, pilot
from tests.factories.answers import LINK, answer
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words

CODES = [
    "raw_data", "evaluation", "latency", "cost", "rate_limits",
    "security", "fallback", "version_pin", "training", "alerting",
]  # fmt: skip


def on(day: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(12), UTC), tick=False)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("idea", False), ("poc", False), ("pilot", True), ("rollout", True), ("production", True),
     ("retired", False)],
)  # fmt: skip
def test_it_speaks_from_the_pilot_stage_on(cast: Cast, stage: str, expected: bool) -> None:
    one = settled(cast.mona, stage=stage)
    sweep()
    assert ("MISSING_3" in codes(one)) is expected


def test_the_eighth_answer_clears_it_at_once(cast: Cast) -> None:
    with on(DAY):
        one = settled(cast.mona, stage="pilot")
        sweep()
        assert flag(one, "MISSING_3").since == ago(10)
        assert words(one, "MISSING_3") == "10 of 10 readiness questions open"
        for code in CODES[:7]:
            answer(one, code, cast.mona)
        assert "MISSING_3" in codes(one)
        answer(one, CODES[7], cast.mona)
        assert "MISSING_3" not in codes(one)


def test_a_waiver_that_ends_brings_it_back_on_the_day_after(cast: Cast) -> None:
    with on(DAY):
        one = pilot(cast.mona, owner=cast.alice, stage="pilot", stage_since=ago(50))
        for code in CODES[:7]:
            answer(one, code, cast.alice)
        answer(one, "training", cast.mona, "waived", note="x", until=DAY + timedelta(days=5))
        assert "MISSING_3" not in codes(one)
    last = DAY + timedelta(days=5)
    with on(last):
        flags.sweep()
        assert "MISSING_3" not in codes(one)
    with on(last + timedelta(days=1)):
        flags.sweep()  # The stored score has not been counted anew yet; the rule knows.
        assert flag(one, "MISSING_3").since == last + timedelta(days=1)
        assert flag(one, "MISSING_3").facts == {"open": 3, "total": 10}
        assessments.expire(as_of=last + timedelta(days=1))
        flags.sweep()
        assert flag(one, "MISSING_3").since == last + timedelta(days=1)


def test_since_is_the_day_on_which_the_third_opened(cast: Cast) -> None:
    with on(ago(40)):
        one = pilot(cast.mona, owner=cast.alice, stage="pilot", stage_since=ago(60))
        for code in CODES[:9]:
            answer(one, code, cast.alice)
    for code, days in zip(CODES[:3], (30, 20, 5), strict=True):
        with on(ago(days)):
            answer(one, code, cast.alice, "open", link="")
    with on(DAY):
        sweep()
        # Never answered, opened 30 and 20 days ago: the third; the fourth came later.
        assert flag(one, "MISSING_3").since == ago(20)


def test_the_limit_is_data(cast: Cast) -> None:
    with on(DAY):
        one = settled(cast.mona, stage="pilot")
        for code in CODES[:5]:
            answer(one, code, cast.mona)
        FlagLimit.objects.create(rule="MISSING_3", stage="pilot", limit=6)
        sweep()
        assert "MISSING_3" not in codes(one)


said = st.tuples(
    st.sampled_from(["open", "attested", "verified", "waived", "not_applicable"]),
    st.booleans(),  # with evidence
    st.integers(0, 90),  # days ago
    st.none() | st.integers(-20, 20),  # counts until, days from DAY
)
drawn = st.dictionaries(st.sampled_from(CODES), said)


def oracle(answers: dict[str, tuple[str, bool, int, int | None]]) -> date | None:
    """The rule in words: the day since which three are open, None when fewer are."""
    opened = []
    for code in CODES:
        state, evidence, days, until = answers.get(code, ("open", False, 999, None))
        closing = state in ("verified", "waived", "not_applicable") or (
            state == "attested" and evidence
        )
        if not closing:
            opened.append(ago(days))
        elif until is not None and until < 0:
            opened.append(DAY + timedelta(days=until + 1))
    return max(ago(45), sorted(opened)[2]) if len(opened) >= 3 else None


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return pilot(cast.mona, owner=cast.alice, stage="pilot", stage_since=ago(45))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(answers=drawn)
def test_the_sweep_finds_what_the_oracle_finds(
    cast: Cast, one: Pilot, answers: dict[str, tuple[str, bool, int, int | None]]
) -> None:
    for model in (Answer, Assessment, Flag):
        model.objects.all().delete()
    asked = ChecklistItem.objects.filter(template__current=True, template__slug="production")
    items = {item.code: item for item in asked}
    for code, (state, evidence, days, until) in answers.items():
        evidence = evidence or state == "verified"
        until = 10 if state == "waived" and until is None else until
        answers[code] = (state, evidence, days, until)
        Answer.objects.create(
            pilot=one, item=items[code], key=items[code].key, state=state,
            evidence_url=LINK if evidence else "",
            backed=evidence, note="why", author=cast.alice, confirmed_by=cast.bob, since=ago(days),
            recorded_at=datetime.combine(DAY, time(12), UTC),
            valid_until=None if until is None else DAY + timedelta(days=until),
        )  # fmt: skip
    if answers:
        assessments.reassess([one.pk], checklist="production", as_of=ago(15))
    sweep()
    expected = oracle(answers)
    assert ("MISSING_3" in codes(one)) is (expected is not None)
    if expected:
        assert flag(one, "MISSING_3").since == expected
