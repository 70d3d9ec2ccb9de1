"""What comes with a decision: what is taken, what is refused, and that it can be read again."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Refused
from readiness.models.decision import Outcome, ReasonFamily
from readiness.terms import CARRIES, REASONS, WORDS, Terms, check, kept, read

TODAY = date(2026, 3, 2)
CONDITION = {"what": "Sign the contract", "owner": 7, "due": "2026-04-01"}
STOP = {
    "family": "data", "codes": ["late_data", "environment"], "lessons": "Ask for a sample first.",
    "reuse": "The labelled set.", "data": "Deleted by May.", "access": "IT ends it by May.",
}  # fmt: skip
GOOD: dict[str, dict[str, Any]] = {
    "go": {},
    "conditions": {"conditions": [CONDITION]},
    "hold": {"until": "2026-05-01"},
    "stop": {"stop": STOP},
    "extend": {"next_decide_by": "2026-05-01"},
}


@pytest.mark.parametrize("outcome", Outcome.values)
def test_what_each_outcome_needs_is_enough(outcome: str) -> None:
    terms = check(outcome, GOOD[outcome], as_of=TODAY)
    assert read(kept(terms)) == terms


def test_every_outcome_says_what_it_carries_and_no_code_has_two_families() -> None:
    assert set(CARRIES) == set(Outcome.values)
    assert set(REASONS) == set(ReasonFamily.values)
    assert sum(len(codes) for codes in REASONS.values()) == len(WORDS)


def test_the_reasons_of_the_sources_are_there() -> None:
    absent = {"environment", "retraining_slots", "error_log", "stability_sla"}  # A39
    broke = {"late_data", "edge_cases", "latency", "cost_spike", "compliance"}  # D01
    causes = {"pipelines", "integration", "mlops", "ownership", "scale"}  # C01
    assert absent | broke | causes <= set(WORDS)


@pytest.mark.parametrize(
    ("outcome", "sent", "field", "sentence"),
    [
        ("splendid", {}, "outcome", "is not an outcome"),
        ("conditions", {}, "conditions", "Add one condition at least"),
        ("conditions", {"conditions": []}, "conditions", "Add one condition at least"),
        ("hold", {}, "until", "Say until when"),
        ("hold", {"until": ""}, "until", "Say until when"),
        ("hold", {"until": "2026-03-02"}, "until", "Choose a day to come."),
        ("hold", {"until": "2027-03-04"}, "until", "within a year"),
        ("hold", {"until": "soon"}, "until", "Choose a day."),
        ("extend", {}, "next_decide_by", "by which day"),
        ("stop", {}, "stop", "Say why it ends."),
        ("stop", {"stop": "x"}, "stop", "Say why it ends."),
        ("go", {"until": "2026-05-01"}, "until", "“Go” has no day until"),
        ("go", {"conditions": [CONDITION]}, "conditions", "“Go” has no conditions"),
        ("stop", {"stop": STOP, "until": "2026-05-01"}, "until", "“Stop” has no day"),
        ("go", {"snapshot": "mine"}, None, "not a part of a decision"),
        ("conditions", {"conditions": "x"}, "conditions", "are a list"),
        ("conditions", {"conditions": [CONDITION] * 21}, "conditions", "20 conditions"),
        ("conditions", {"conditions": ["x"]}, "conditions", "Condition 1: say what"),
        (
            "conditions", {"conditions": [CONDITION, CONDITION | {"what": " "}]}, "conditions",
            "Condition 2: Say what",
        ),
        (
            "conditions", {"conditions": [CONDITION | {"what": "x" * 501}]}, "conditions",
            "500 characters",
        ),
        ("conditions", {"conditions": [CONDITION | {"owner": None}]}, "conditions", "who answers"),
        ("conditions", {"conditions": [CONDITION | {"owner": True}]}, "conditions", "who answers"),
        ("conditions", {"conditions": [CONDITION | {"owner": "²"}]}, "conditions", "who answers"),
        ("conditions", {"conditions": [CONDITION | {"due": ""}]}, "conditions", "Choose a day."),
        (
            "conditions", {"conditions": [CONDITION | {"due": "2026-03-02"}]}, "conditions",
            "a day to come",
        ),
        ("stop", {"stop": STOP | {"family": "luck"}}, "family", "weighed most"),
        ("stop", {"stop": STOP | {"family": []}}, "family", "weighed most"),
        ("stop", {"stop": STOP | {"codes": []}}, "codes", "one reason at least"),
        ("stop", {"stop": STOP | {"codes": ["luck"]}}, "codes", "from the list"),
        ("stop", {"stop": STOP | {"codes": "latency"}}, "codes", "from the list"),
        ("stop", {"stop": STOP | {"lessons": " "}}, "lessons", "the next team"),
        ("stop", {"stop": STOP | {"reuse": None}}, "reuse", "used again"),
        ("stop", {"stop": STOP | {"data": ""}}, "data", "where its data goes"),
        ("stop", {"stop": STOP | {"access": "\u202e"}}, "access", "ends which access"),
        ("stop", {"stop": STOP | {"lessons": "x" * 5001}}, "lessons", "5,000 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_field(
    outcome: str, sent: dict[str, Any], field: str | None, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        check(outcome, sent, as_of=TODAY)
    assert refused.value.field == field
    assert sentence in refused.value.sentence


def test_texts_are_cleaned_and_codes_come_once_in_the_order_of_the_list() -> None:
    sent = {"stop": STOP | {"codes": ["late_data", "environment", "late_data"], "lessons": " a\0 "}}
    stop = check("stop", sent, as_of=TODAY).stop
    assert stop is not None
    assert stop.codes == ("environment", "late_data")
    assert stop.lessons == "a"
    assert stop.family_label == "Data"
    assert stop.reasons == ("No environment to run it in", "Data came late or not at all")


def test_owners_may_come_as_typed_and_are_told_once() -> None:
    rows = [CONDITION | {"owner": "7"}, CONDITION, CONDITION | {"owner": 9}]
    assert check("conditions", {"conditions": rows}, as_of=TODAY).people == {7, 9}


def test_nothing_and_what_is_of_another_time_can_be_read() -> None:
    assert read(None) == read({}) == Terms()
    stop = read({"stop": {"family": "gone", "codes": ["old_code"]}}).stop
    assert stop is not None
    assert (stop.family_label, stop.reasons, stop.lessons) == ("", ("old_code",), "")


@given(
    st.dictionaries(
        st.sampled_from(["conditions", "until", "next_decide_by", "stop", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from([*CONDITION, *STOP]), inner, max_size=4)
            ),
            max_leaves=8,
        ),
    ),
    st.sampled_from(Outcome.values),
)
def test_whatever_is_sent_is_read_or_refused(sent: dict[str, Any], outcome: str) -> None:
    try:
        terms = check(outcome, sent, as_of=TODAY)
    except Refused:
        return
    assert read(kept(terms)) == terms


@given(st.integers(1, 366))
def test_a_hold_ends_within_a_year(days: int) -> None:
    until = TODAY + timedelta(days=days)
    assert check("hold", {"until": until}, as_of=TODAY).until == until
