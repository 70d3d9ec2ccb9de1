"""What is asked before a pilot enters a stage, and what that finds. Pure: facts in, findings out.

A gate blocks (the change needs a decision by two people), warns, or is off. Its findings are hard
(an approver accepts them only with a reason) or soft (they are to be known).
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES, Stage
from readiness.gates.facts import (
    AUDIT,
    CONTRACT,
    GATED,
    KEYS,
    LOGS,
    MONITORING,
    RETRAINING,
    ROLLBACK,
    TEN,
    TWELVE_MONTHS,
    Facts,
    Finding,
    ListFacts,
    Setting,
)
from readiness.gates.questions import asked, twelve_months
from readiness.models.decision import GateMode

__all__ = [
    "AUDIT",
    "CONTRACT",
    "DEFAULTS",
    "GATED",
    "KEYS",
    "LOGS",
    "MONITORING",
    "RETRAINING",
    "ROLLBACK",
    "STRICTNESS",
    "TEN",
    "TWELVE_MONTHS",
    "Facts",
    "Finding",
    "ListFacts",
    "Setting",
    "blocks",
    "findings",
    "hard",
    "mode",
    "passed",
    "setting",
]

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
        ask = twelve_months if gate.mode == GateMode.OFF else partial(asked, gate=gate)
        for one in ask(facts, stage=Stage(stage)):
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
