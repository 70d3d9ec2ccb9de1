import itertools
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.transfer.stages import STAGES
from portfolio.transfer.voyage import Leg, legs, revise, settle

TODAY = date(2026, 7, 1)
A, B, C = date(2024, 1, 1), date(2024, 6, 1), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("stage", "days", "entries", "refused"),
    [
        ("production", {"idea_on": A, "poc_on": B, "live_on": C},
         {"idea": A, "poc": B, "production": C}, {}),
        ("pilot", {"idea_on": A, "live_on": C}, {"idea": A, "pilot": C}, {}),
        ("retired", {"live_on": A, "ended_on": B}, {"production": A, "retired": B}, {}),
        ("stopped", {"idea_on": A, "ended_on": B, "live_on": C}, {"idea": A, "stopped": B},
         {"live_on": "has not reached"}),
        ("poc", {"poc_on": B, "live_on": C}, {"poc": B}, {"live_on": "has not reached"}),
        ("poc", {"poc_on": B, "ended_on": C}, {"poc": B}, {"ended_on": "has not reached"}),
        ("poc", {"idea_on": A, "poc_on": date(2027, 1, 1)}, {"idea": A}, {"poc_on": "future"}),
        ("poc", {"idea_on": C, "poc_on": B}, {"poc": B}, {"idea_on":
           "lies after the start of PoC (2024-06-01)"}),
        ("production", {"idea_on": A, "poc_on": date(2023, 1, 1), "live_on": C},
         {"production": C, "poc": date(2023, 1, 1)}, {"idea_on":
           "lies after the start of PoC (2023-01-01)"}),
        ("poc", {"idea_on": A, "poc_on": A}, {"idea": A, "poc": A}, {}),
        ("poc", {"stage_since": A, "poc_on": B}, {"poc": A}, {"poc_on": "contradicts"}),
        ("poc", {"stage_since": A, "poc_on": A}, {"poc": A}, {}),
    ],
)  # fmt: skip
def test_settle(
    stage: str, days: dict[str, date], entries: dict[str, date], refused: dict[str, str]
) -> None:
    found, problems = settle(stage, days, TODAY)
    assert found == entries
    assert problems.keys() == refused.keys()
    assert all(refused[column] in problems[column] for column in refused)


def test_the_intervals_have_no_gaps() -> None:
    assert legs("production", {"idea": A, "poc": B, "production": C}, TODAY) == [
        Leg("idea", A, A, B), Leg("poc", B, B, C), Leg("production", C, C, None),
    ]  # fmt: skip


def test_an_unknown_entry_is_bound_by_the_latest_known_earlier_day() -> None:
    assert legs("pilot", {"idea": A, "poc": B}, TODAY)[-1] == Leg("pilot", None, B, None)
    assert legs("poc", {}, TODAY) == [Leg("poc", None, TODAY, None)]


def test_retired_was_in_production() -> None:
    assert legs("retired", {"retired": B}, TODAY) == [
        Leg("production", None, B, B), Leg("retired", B, B, None),
    ]  # fmt: skip
    assert legs("retired", {"idea": A}, TODAY) == [
        Leg("idea", A, A, A), Leg("production", None, A, A), Leg("retired", None, A, None),
    ]  # fmt: skip


DAYS = st.dates(date(2020, 1, 1), date(2028, 1, 1))
COLUMNS = ["idea_on", "poc_on", "pilot_on", "rollout_on", "production_on", "live_on", "ended_on"]


@given(st.sampled_from(STAGES), st.dictionaries(st.sampled_from([*COLUMNS, "stage_since"]), DAYS))
def test_whatever_the_days_the_history_is_sound(stage: str, days: dict[str, date]) -> None:
    entries, problems = settle(stage, days, TODAY)
    assert all(day <= TODAY for day in entries.values())
    assert set(problems) <= set(days)
    found = legs(stage, entries, TODAY)
    assert found[-1].stage == stage
    assert found[-1].until is None
    assert all(a.until == b.bound for a, b in itertools.pairwise(found))
    assert all(leg.bound <= (leg.until or TODAY) for leg in found)
    assert all(leg.since in (None, leg.bound) for leg in found)
    # What was accepted is an entry of the history, day for day.
    assert {leg.stage: leg.since for leg in found if leg.since} == entries


def test_a_new_stage_without_a_day_began_after_it_was_last_seen_in_the_former_one() -> None:
    old = [Leg("idea", A, A, B), Leg("poc", None, B, None)]
    assert revise(old, "pilot", {"idea": A}, C, seen_on=C) == [
        Leg("idea", A, A, B), Leg("poc", None, B, C), Leg("pilot", None, C, None),
    ]  # fmt: skip
    assert revise(old, "poc", {"idea": A, "poc": C}, C, seen_on=C) == [
        Leg("idea", A, A, C), Leg("poc", C, C, None),
    ]  # fmt: skip


def test_a_history_that_went_back_is_kept() -> None:
    old = [Leg("poc", A, A, B), Leg("pilot", B, B, C), Leg("poc", C, C, None)]
    assert revise(old, "poc", {"poc": B}, A, seen_on=None) == old
    assert revise(old, "pilot", {}, A, seen_on=None)[2:] == [
        Leg("poc", C, C, C), Leg("pilot", None, C, None),
    ]  # fmt: skip
    forward = [Leg("poc", A, A, B), Leg("production", B, B, None)]
    assert revise(forward, "pilot", {"pilot": C}, A, seen_on=None) == [
        Leg("poc", A, A, B), Leg("production", B, B, C), Leg("pilot", C, C, None),
    ]  # fmt: skip


@given(
    st.sampled_from(STAGES), st.dictionaries(st.sampled_from(COLUMNS), DAYS),
    st.sampled_from(STAGES), st.dictionaries(st.sampled_from(COLUMNS), DAYS),
)  # fmt: skip
def test_a_revised_history_is_sound(
    stage: str, days: dict[str, date], later: str, more: dict[str, date]
) -> None:
    old = legs(stage, settle(stage, days, TODAY)[0], TODAY)
    found = revise(old, later, settle(later, more, TODAY)[0], TODAY, seen_on=TODAY)
    assert found[-1].stage == later
    assert found[-1].until is None
    assert all(a.until == b.bound for a, b in pairwise(found))
    assert all(leg.bound <= (leg.until or TODAY) for leg in found)
