"""What is asked before a pilot enters a stage, and what that finds. Pure: facts in, findings out.

A gate blocks (the change needs a decision by two people), warns, or is off. Its findings are hard
(an approver accepts them only with a reason) or soft (they are to be known).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from portfolio.models.pilot import DataClass, Deploy, Integration
from portfolio.models.review import Outcome as ReviewOutcome
from portfolio.models.review import Team
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES, Stage
from readiness.models.decision import GateMode
from readiness.scoring import LIKELY_TO_FAIL

TEN, FULL = "production", "full"
"""The list of ten whose open must-haves make MISSING_3."""
TWELVE_MONTHS: Final = "TWELVE_MONTHS"
"""The finding that blocks the way to Rollout whatever the mode of the gate."""
GATED: Final = tuple(stage for stage in Stage if stage != Stage.IDEA)
MOST_TOLD = 3
PERSONAL: Final = (DataClass.PERSONAL, DataClass.REGULATED, DataClass.CONFIDENTIAL)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a gate is set: its mode, and the lists whose must-haves it asks."""

    stage: str
    mode: str
    checklists: tuple[str, ...] = ()


DEFAULTS: Final[Mapping[str, Setting]] = {
    gate.stage: gate
    for gate in (
        Setting(Stage.POC, GateMode.OFF),  # The charter and the owner are asked by the portfolio.
        Setting(Stage.PILOT, GateMode.WARN),
        Setting(Stage.ROLLOUT, GateMode.BLOCK, (TEN, "governance")),
        Setting(Stage.PRODUCTION, GateMode.BLOCK, (TEN, "governance", "llm")),
        Setting(Stage.RETIRED, GateMode.BLOCK),
        Setting(Stage.STOPPED, GateMode.BLOCK),
    )
}
STRICTNESS: Final = (GateMode.OFF, GateMode.WARN, GateMode.BLOCK)


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A checklist of a pilot; `open` are the questions of must-haves that are due and not met."""

    slug: str
    title: str
    met: int
    total: int
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a pilot on a day. None and "" are unknown, and count as not there."""

    stage: str
    lists: Mapping[str, ListFacts] = field(default_factory=dict)
    unmet: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    owner: bool = False
    value_owner: bool = False
    twelve_months: bool = False
    integration: str = ""
    deploy: str = ""
    audience_is_customers: bool | None = None
    data_class: str = ""
    third_party: bool | None = None
    influences_decisions: bool | None = None
    data_work_budget: bool = False
    run_cost: bool = False
    cost_approved: bool = False
    sla_missing: tuple[str, ...] = ()
    retrain_days: bool = False
    model_share_high: bool = False
    on_call: bool = False
    support_hours: bool = False
    metric: bool = False
    reading: bool = False
    rollout: bool = False
    increments: int = 0
    reviews: Mapping[str, str] = field(default_factory=dict)
    conditions_open: int = 0
    conditions_overdue: int = 0
    ending_soon: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the gate found. `door` is the URL name of where it is cleared, which takes the
    pilot's reference and, if given, `part`; `points` are those of the source map."""

    code: str
    sentence: str
    hard: bool
    door: str
    part: str = ""
    points: tuple[str, ...] = ()


# The questions whose answers a gate reads by their key, in whatever list they stand.
LOGS, ROLLBACK, MONITORING = "full.logs", "full.rollback", "full.monitoring_live"
RETRAINING, CONTRACT, AUDIT = (
    "full.retraining_answers", "full.third_party_contract", "full.audit_trail",
)  # fmt: skip
KEYS: Final = (LOGS, ROLLBACK, MONITORING, RETRAINING, CONTRACT, AUDIT)


def setting(settings: Mapping[str, Setting], stage: str) -> Setting:
    """The gate of a stage as it is set, else its default."""
    return settings.get(stage) or DEFAULTS.get(stage) or Setting(stage, GateMode.OFF)


def passed(from_stage: str, to_stage: str) -> tuple[Stage, ...]:
    """The gates that a move passes: a jump passes those between too, a way back passes none."""
    target = Stage(to_stage)
    if target in ENDED_STAGES:
        return (target,)
    start = ACTIVE_STAGES.index(Stage(from_stage)) if from_stage in ACTIVE_STAGES else 0
    return tuple(ACTIVE_STAGES[start + 1 : ACTIVE_STAGES.index(target) + 1])


def mode(settings: Mapping[str, Setting], from_stage: str, to_stage: str) -> GateMode:
    """The strictest mode among the gates that a move passes."""
    modes = [GateMode(setting(settings, stage).mode) for stage in passed(from_stage, to_stage)]
    return max(modes, key=STRICTNESS.index, default=GateMode.OFF)


def findings(
    facts: Facts, settings: Mapping[str, Setting], to_stage: str, *, from_stage: str = ""
) -> tuple[Finding, ...]:
    """What the gates of a move find, hard ones first; each code once, as the hardest gate says it.

    A gate that is off finds nothing but what stands whatever its mode.
    """
    found: dict[str, Finding] = {}
    for stage in passed(from_stage or facts.stage, to_stage):
        gate = setting(settings, stage)
        if stage in ENDED_STAGES:
            continue
        asked = _twelve_months if gate.mode == GateMode.OFF else partial(_asked, gate=gate)
        for one in asked(facts, stage=Stage(stage)):
            if one.code not in found or one.hard:
                found[one.code] = one
    return tuple(sorted(found.values(), key=lambda one: not one.hard))


def blocks(code: str, is_hard: bool, mode: str) -> bool:
    """Whether an approver has to accept a finding with a reason: all that is hard where the gate
    blocks; where it does not, the names for the year to come, which nobody gets past without a
    word (source map B30)."""
    return is_hard and (mode == GateMode.BLOCK or code == TWELVE_MONTHS)


def hard(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in found if one.hard)


def _asked(facts: Facts, *, gate: Setting, stage: Stage) -> Iterable[Finding]:
    yield from _people(facts, stage)
    yield from _value(facts, stage)
    yield from _checklists(facts, gate, stage)
    if stage in (Stage.ROLLOUT, Stage.PRODUCTION):
        yield from _operations(facts, stage)
        yield from _plan(facts, stage)
    yield from _data(facts, stage)
    yield from _reviews(facts, stage)
    yield from _history(facts)


def _people(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    if not facts.owner:
        yield Finding(
            "NO_OWNER", "Nobody inside the company owns it.", late, "pilot", points=("B07", "B31")
        )
    if late and not facts.value_owner:
        yield Finding(
            "NO_VALUE_OWNER", "Nobody answers for its value.", False, "pilot", points=("A25",)
        )
    yield from _twelve_months(facts, stage)


def _twelve_months(facts: Facts, stage: Stage) -> Iterable[Finding]:
    if stage in (Stage.ROLLOUT, Stage.PRODUCTION) and not facts.twelve_months:
        yield Finding(
            TWELVE_MONTHS,
            "The twelve-month questions are not answered: who owns it, who is accountable, who "
            "collects feedback.",
            True, "pilot-twelve-months", points=("B29", "B30"),
        )  # fmt: skip


def _value(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    if not facts.metric:
        yield Finding("NO_METRIC", "Success is not measured.", late, "pilot", points=("A17",))
    elif not facts.reading:
        yield Finding(
            "NO_READING", "No success metric has a reading.", late, "pilot", points=("D10",)
        )
    if "REALITY_GAP" in facts.flags:
        yield Finding(
            "REALITY_GAP",
            f"The reality gap is open: {facts.flags['REALITY_GAP']}.",
            True, "pilot", points=("E06", "E08"),
        )  # fmt: skip
    if "FLYING_BLIND" in facts.flags:
        yield Finding(
            "FLYING_BLIND", f"Its evaluation is incomplete: {facts.flags['FLYING_BLIND']}.",
            stage == Stage.PRODUCTION, "pilot-readiness", points=("E11",),
        )  # fmt: skip


def _checklists(facts: Facts, gate: Setting, stage: Stage) -> Iterable[Finding]:
    for slug in gate.checklists:
        found = facts.lists.get(slug)
        if found is None or not found.open:
            continue
        many = len(found.open) >= LIKELY_TO_FAIL
        if slug == TEN and many:
            yield Finding(
                "MISSING_3",
                f"{len(found.open)} must-haves of “{found.title}” are open: three or more are "
                "likely to fail.",
                True, "pilot-checklist", slug, ("E33",),
            )  # fmt: skip
        else:
            yield Finding(
                f"LIST:{slug}", f"{found.title}: {_listed(found.open)}",
                slug != TEN or stage == Stage.PRODUCTION, "pilot-checklist", slug,
                ("E32", "E35"),
            )  # fmt: skip
    if facts.ending_soon:
        yield Finding(
            "ENDING_SOON",
            f"Within 30 days {_counted(facts.ending_soon, 'answer')} will count no more.",
            False, "pilot-readiness", points=("E35",),
        )  # fmt: skip


def _operations(facts: Facts, stage: Stage) -> Iterable[Finding]:
    for code, key, what, points in (
        ("NO_LOGS", LOGS, "There are no logs that can be queried", ("A34", "A19")),
        ("NO_ROLLBACK", ROLLBACK, "Going back to the last version was not tried",
         ("A34", "D14", "A18")),
        ("NO_MONITORING", MONITORING, "Nothing watches what it does", ("A34", "D14")),
    ):  # fmt: skip
        if key in facts.unmet:
            yield Finding(code, f"{what}.", True, "pilot-checklist", FULL, points)
    if facts.sla_missing:
        yield Finding(
            "NO_SLA", f"Nothing is promised in numbers for: {', '.join(facts.sla_missing)}.",
            True, "section-edit", "service", ("A23", "A34"),
        )  # fmt: skip
    if RETRAINING in facts.unmet:
        yield Finding(
            "RETRAINING",
            "It is not settled when it is renewed, how, and who checks it.",
            True, "pilot-checklist", FULL, ("A24", "B15", "D14"),
        )  # fmt: skip
    elif not facts.retrain_days:
        yield Finding(
            "RETRAIN_DAYS", "Nobody said after how many days it is renewed.", False,
            "section-edit", "service", ("A23", "A24"),
        )  # fmt: skip
    if facts.integration in ("", Integration.NONE):
        what = "It is connected to nothing" if facts.integration else "Its integration is unknown"
        yield Finding(
            "NOT_INTEGRATED", f"{what}.", stage == Stage.PRODUCTION, "section-edit", "hosting",
            ("A21",),
        )  # fmt: skip
    if facts.deploy in ("", Deploy.MANUAL):
        what = "It is deployed by hand" if facts.deploy else "How it is deployed is unknown"
        yield Finding(
            "MANUAL_DEPLOY", f"{what}.", stage == Stage.PRODUCTION, "section-edit", "service",
            ("C11",),
        )  # fmt: skip
    if stage == Stage.PRODUCTION and not (facts.on_call and facts.support_hours):
        yield Finding(
            "NOT_OPERABLE",
            "Nobody can say it runs every day: on-call and support hours are not both named.",
            True, "section-edit", "service", ("A40", "D04"),
        )  # fmt: skip


def _plan(facts: Facts, stage: Stage) -> Iterable[Finding]:
    if not facts.rollout:
        yield Finding(
            "NO_ROLLOUT", "The rollout has no scope, budget and owner of its own.", True,
            "pilot-rollout-add", points=("B04", "B31"),
        )  # fmt: skip
    elif facts.increments < 2:
        yield Finding(
            "ONE_INCREMENT", "The rollout takes the whole scope in one step.", False, "pilot",
            points=("B28",),
        )  # fmt: skip
    if not facts.data_work_budget:
        yield Finding(
            "NO_DATA_BUDGET", "The work on data has no line in the budget.",
            stage == Stage.ROLLOUT, "section-edit", "money", ("B10", "E09"),
        )  # fmt: skip
    if not facts.run_cost:
        yield Finding(
            "NO_RUN_COST", "What it costs to run is unknown.", False, "section-edit", "money",
            ("D18", "E17"),
        )  # fmt: skip
    elif not facts.cost_approved:
        yield Finding(
            "COST_NOT_APPROVED", "Finance has not agreed to what it costs to run.", False,
            "pilot-costs", points=("D19",),
        )  # fmt: skip
    if facts.model_share_high:
        yield Finding(
            "MODEL_SHARE", "More than half of the effort is the model; what surrounds it is most "
            "of the work.", False, "section-edit", "effort", ("D06",),
        )  # fmt: skip


def _data(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    if facts.data_class in PERSONAL and facts.third_party is not False and CONTRACT in facts.unmet:
        sure = facts.third_party is True
        yield Finding(
            "NO_CONTRACT",
            "Sensitive data goes to a third party, and no contract or controls cover it."
            if sure
            else "It handles sensitive data, and nobody said whether it goes to a third party.",
            sure, "pilot-checklist" if sure else "section-edit", FULL if sure else "identity",
            ("E22",),
        )  # fmt: skip
    if late and not facts.data_class:
        yield Finding(
            "DATA_UNKNOWN", "Nobody said what kind of data it handles.", False, "section-edit",
            "identity", ("E22",),
        )  # fmt: skip
    if late and facts.influences_decisions and AUDIT in facts.unmet:
        yield Finding(
            "NO_AUDIT_TRAIL", "It influences decisions, and they cannot be explained later.",
            True, "pilot-checklist", FULL, ("E24", "D22"),
        )  # fmt: skip


def _reviews(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    labels = {team.value: str(team.label) for team in Team}
    refused = [t for t, outcome in facts.reviews.items() if outcome == ReviewOutcome.REFUSED]
    waiting = [t for t, outcome in facts.reviews.items() if outcome == ""]
    if refused:
        yield Finding(
            "REVIEW_REFUSED", f"Refused by {_teams(refused, labels)}.", True, "pilot",
            points=("D20",),
        )  # fmt: skip
    if waiting:
        yield Finding(
            "REVIEW_WAITING", f"Not answered yet by {_teams(waiting, labels)}.", False, "pilot",
            points=("B16", "D20"),
        )  # fmt: skip
    if not facts.reviews:
        yield Finding(
            "NO_REVIEWS", "No team was asked for a review.", False, "pilot-review-add",
            points=("E25", "D20"),
        )  # fmt: skip
    agreed = (ReviewOutcome.APPROVED, ReviewOutcome.CONDITIONS)
    if late and facts.audience_is_customers and facts.reviews.get(Team.LEGAL) not in agreed:
        yield Finding(
            "NO_LEGAL_REVIEW", "Customers use it, and legal has not agreed.", True,
            "pilot-review-add", points=("E23",),
        )  # fmt: skip


def _history(facts: Facts) -> Iterable[Finding]:
    if facts.conditions_overdue:
        yield Finding(
            "CONDITIONS_OVERDUE",
            f"{_counted(facts.conditions_overdue, 'condition')} of earlier decisions past the day.",
            True, "pilot-packet", points=("E33",),
        )  # fmt: skip
    elif facts.conditions_open:
        yield Finding(
            "CONDITIONS_OPEN",
            f"{_counted(facts.conditions_open, 'condition')} of earlier decisions still open.",
            False, "pilot-packet",
        )  # fmt: skip


def _listed(questions: tuple[str, ...]) -> str:
    told = " ".join(questions[:MOST_TOLD])
    more = len(questions) - MOST_TOLD
    return f"{told} And {more} more." if more > 0 else told


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _teams(teams: Iterable[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(team, team).lower() for team in teams)
