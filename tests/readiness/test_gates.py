"""Gates as a table: facts in, findings out."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.models.stage import ACTIVE_STAGES, Stage
from readiness import gates
from readiness.gates import Facts, ListFacts, Setting
from readiness.models import GateMode

TEN = ListFacts("production", "The ten", met=10, total=10, open=())
GOOD = Facts(
    stage="pilot", lists={"production": TEN}, owner=True, value_owner=True, twelve_months=True,
    integration="api", deploy="scripted", audience_is_customers=False, data_class="internal",
    third_party=False, influences_decisions=False, data_work_budget=True, run_cost=True,
    cost_approved=True, retrain_days=True, on_call=True, support_hours=True, metric=True,
    reading=True, rollout=True, increments=2, reviews={"security": "approved"},
)  # fmt: skip


def codes(facts: Facts, to: str, *, hard: bool | None = None, **settings: Setting) -> set[str]:
    found = gates.findings(facts, settings, to)
    return {one.code for one in found if hard is None or one.hard is hard}


def open_ones(number: int, slug: str = "production") -> dict[str, ListFacts]:
    questions = tuple(f"Question {n}?" for n in range(number))
    return {slug: ListFacts(slug, "The ten", met=10 - number, total=10, open=questions)}


def test_a_pilot_that_lacks_nothing_passes() -> None:
    for to in ("rollout", "production"):
        assert codes(GOOD, to) == set()


@pytest.mark.parametrize(
    ("code", "change", "hard_at"),
    [
        ("NO_OWNER", {"owner": False}, ("rollout", "production")),
        ("NO_VALUE_OWNER", {"value_owner": False}, ()),
        ("TWELVE_MONTHS", {"twelve_months": False}, ("rollout", "production")),
        ("NO_METRIC", {"metric": False}, ("rollout", "production")),
        ("NO_READING", {"reading": False}, ("rollout", "production")),
        ("REALITY_GAP", {"flags": {"REALITY_GAP": "18 points"}}, ("rollout", "production")),
        ("FLYING_BLIND", {"flags": {"FLYING_BLIND": "no truth set"}}, ("production",)),
        ("MISSING_3", {"lists": open_ones(3)}, ("rollout", "production")),
        ("LIST:production", {"lists": open_ones(2)}, ("production",)),
        ("LIST:governance", {"lists": open_ones(1, "governance")}, ("rollout", "production")),
        ("NO_LOGS", {"unmet": {gates.LOGS: "?"}}, ("rollout", "production")),
        ("NO_ROLLBACK", {"unmet": {gates.ROLLBACK: "?"}}, ("rollout", "production")),
        ("NO_MONITORING", {"unmet": {gates.MONITORING: "?"}}, ("rollout", "production")),
        ("NO_SLA", {"sla_missing": ("latency",)}, ("rollout", "production")),
        ("RETRAINING", {"unmet": {gates.RETRAINING: "?"}}, ("rollout", "production")),
        ("RETRAIN_DAYS", {"retrain_days": False}, ()),
        ("NOT_INTEGRATED", {"integration": "none"}, ("production",)),
        ("NOT_INTEGRATED", {"integration": ""}, ("production",)),
        ("MANUAL_DEPLOY", {"deploy": "manual"}, ("production",)),
        ("NO_ROLLOUT", {"rollout": False}, ("rollout", "production")),
        ("ONE_INCREMENT", {"increments": 1}, ()),
        ("NO_DATA_BUDGET", {"data_work_budget": False}, ("rollout",)),
        ("NO_RUN_COST", {"run_cost": False}, ()),
        ("COST_NOT_APPROVED", {"cost_approved": False}, ()),
        ("MODEL_SHARE", {"model_share_high": True}, ()),
        (
            "NO_CONTRACT",
            {"data_class": "personal", "third_party": True, "unmet": {gates.CONTRACT: "?"}},
            ("rollout", "production"),
        ),
        (
            "NO_CONTRACT",
            {"data_class": "personal", "third_party": None, "unmet": {gates.CONTRACT: "?"}},
            (),
        ),
        ("DATA_UNKNOWN", {"data_class": ""}, ()),
        (
            "NO_AUDIT_TRAIL",
            {"influences_decisions": True, "unmet": {gates.AUDIT: "?"}},
            ("rollout", "production"),
        ),
        ("REVIEW_REFUSED", {"reviews": {"legal": "refused"}}, ("rollout", "production")),
        ("REVIEW_WAITING", {"reviews": {"legal": ""}}, ()),
        ("NO_REVIEWS", {"reviews": {}}, ()),
        ("NO_LEGAL_REVIEW", {"audience_is_customers": True}, ("rollout", "production")),
        ("CONDITIONS_OVERDUE", {"conditions_overdue": 1}, ("rollout", "production")),
        ("CONDITIONS_OPEN", {"conditions_open": 1}, ()),
        ("ENDING_SOON", {"ending_soon": 1}, ()),
    ],
)
def test_each_thing_is_found_where_it_counts(
    code: str, change: dict[str, object], hard_at: tuple[str, ...]
) -> None:
    facts = replace(GOOD, **change)
    off = Setting("rollout", GateMode.OFF)
    for to in ("rollout", "production"):
        found = gates.findings(facts, {}, to) if to == "rollout" else gates.findings(
            facts, {"rollout": off}, to
        )  # fmt: skip
        mine = [one for one in found if one.code == code]
        assert len(mine) == 1, to
        assert mine[0].hard is (to in hard_at), to
        assert mine[0].sentence.endswith((".", "?")), mine[0].sentence


def test_nobody_is_asked_operations_before_production() -> None:
    facts = replace(GOOD, on_call=False)
    assert codes(facts, "rollout") == set()
    assert codes(facts, "production", hard=True) == {"NOT_OPERABLE"}


def test_a_jump_passes_the_gates_between() -> None:
    assert gates.passed("poc", "production") == (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)
    assert gates.passed("stopped", "pilot") == (Stage.POC, Stage.PILOT)
    assert gates.passed("rollout", "poc") == ()
    off = {"production": Setting("production", GateMode.OFF)}
    assert gates.mode(off, "poc", "production") == GateMode.BLOCK, "Rollout lies on the way."
    assert gates.mode(off, "rollout", "production") == GateMode.OFF


def test_an_end_is_decided_and_asks_for_nothing_else() -> None:
    assert gates.mode({}, "poc", "stopped") == GateMode.BLOCK
    assert gates.findings(Facts("poc"), {}, "stopped") == ()


def test_defaults() -> None:
    modes = {stage.value: gates.setting({}, stage).mode for stage in Stage}
    assert modes == {
        "idea": "off", "poc": "off", "pilot": "warn", "rollout": "block", "production": "block",
        "retired": "block", "stopped": "block",
    }  # fmt: skip


def test_a_gate_that_is_off_asks_nothing_but_the_names_of_the_year_to_come() -> None:
    off = Setting("rollout", GateMode.OFF)
    assert codes(Facts("pilot"), "rollout", rollout=off) == {"TWELVE_MONTHS"}
    assert gates.blocks("TWELVE_MONTHS", True, GateMode.OFF)
    assert not gates.blocks("NO_OWNER", True, GateMode.WARN)


def test_only_lists_that_a_gate_asks_count() -> None:
    gate = Setting("rollout", GateMode.BLOCK, ())
    assert codes(replace(GOOD, lists=open_ones(5)), "rollout", rollout=gate) == set()


MODES = st.sampled_from(list(GateMode))
SETTINGS = st.fixed_dictionaries(
    {s.value: st.builds(Setting, st.just(s.value), MODES) for s in gates.GATED}
)
STAGES = st.sampled_from(list(Stage))


@given(SETTINGS, STAGES, STAGES)
def test_the_strictest_gate_on_the_way_rules(
    settings: dict[str, Setting], start: Stage, target: Stage
) -> None:
    way = gates.passed(start, target)
    modes = [settings[stage].mode for stage in way]
    found = gates.mode(settings, start, target)
    assert all(gates.STRICTNESS.index(one) <= gates.STRICTNESS.index(found) for one in modes)
    assert (found in modes) or (not modes and found == GateMode.OFF)
    if target in ACTIVE_STAGES:
        assert all(ACTIVE_STAGES.index(a) < ACTIVE_STAGES.index(b) for a, b in pairwise(way))


@given(SETTINGS, STAGES, STAGES, st.booleans(), st.booleans(), st.integers(0, 10))
def test_each_code_once_and_hard_ones_first(
    settings: dict[str, Setting], start: Stage, target: Stage, owner: bool, metric: bool, n: int
) -> None:
    facts = Facts(stage=start, owner=owner, metric=metric, lists=open_ones(n))
    found = gates.findings(facts, settings, target)
    assert len({one.code for one in found}) == len(found)
    assert [one.hard for one in found] == sorted((one.hard for one in found), reverse=True)
