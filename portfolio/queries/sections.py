"""The sections of a pilot's record: which field stands where, and from which stage it is asked.

One declaration serves the page, the forms, the edit right of actions and every label.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from common.changes import plain
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ACTIVE_STAGES


@dataclass(frozen=True)
class Section:
    """`due` is the stage from which it matters, `why` what to add and what for while it is empty.

    `fields` are fields of the pilot with their labels, in the order they are asked.
    """

    code: str
    title: str
    due: str
    why: str
    fields: Mapping[str, str]

    def is_due(self, stage: str) -> bool:
        """True from its stage on; of ended pilots nothing is asked any more."""
        return stage in ACTIVE_STAGES and _order(stage) >= _order(self.due)


def _order(stage: str) -> int:
    return ACTIVE_STAGES.index(Stage(stage))


SECTIONS = (
    Section(
        "identity", "Facts", Stage.IDEA,
        "Say who uses it and which data it sees: that decides what it has to prove.",
        {
            "name": "Name",
            "unit": "Unit",
            "summary": "What it does today",
            "task_type": "Kind of task",
            "audience": "Used by",
            "intended_users": "Intended users",
            "data_class": "Data",
            "third_party": "Data goes to a third party",
            "influences_decisions": "Influences decisions about people",
            "uses_llm": "Uses a large language model",
            "mode": "Works",
            "form": "Form",
            "external_id": "Reference in another list",
            "restricted": "Restricted",
        },
    ),
    Section(
        "charter", "Charter", Stage.IDEA,
        "Say which problem it solves, when it is ready and when it stops. Without that nobody "
        "can decide, and no pilot enters PoC.",
        {
            "problem": "Why",
            "hypothesis": "Hypothesis",
            "ready_when": "Ready when",
            "stop_when": "Stop when",
            "planned_outlet": "Planned outlet",
            "decide_by": "Decide by",
            "target_launch_on": "Target launch",
        },
    ),
    Section(
        "proof", "What the PoC did not prove", Stage.POC,
        "A PoC proves the idea under controlled conditions only. Say what it left open, so that "
        "nobody takes it for more.",
        {
            "not_proven": "Still open",
            "artefact": "What there is to see",
            "dataset": "Data set",
            "training_data_from": "Training data from",
            "training_data_until": "Training data until",
            "demo_on": "Demo",
            "poc_success_on": "PoC succeeded",
        },
    ),
    Section(
        "hosting", "Where it runs", Stage.POC,
        "Say where it runs and how many people can reach it. What lives on one laptop leaves with "
        "its owner.",
        {
            "hosting": "Runs on",
            "last_seen_working": "Last seen working",
            "access_holders": "People with access",
            "integration": "Integration",
        },
    ),
    Section(
        "effort", "Effort", Stage.POC,
        "Plan building and connecting apart. Connecting usually takes longer than building.",
        {
            "model_share": "Share of the model, %",
            "build_days": "Days to build",
            "integrate_days": "Days to integrate",
            "departments": "Departments touched",
        },
    ),
    Section(
        "service", "Build and service", Stage.PILOT,
        "Say what it is built from, who answers at night and what is promised: the difference "
        "between a pilot and a service.",
        {
            "build_basis": "Built from",
            "deploy": "Deployed",
            "support_hours": "Support hours",
            "on_call": "On call",
            "sla_availability": "Promised availability, %",
            "sla_latency_ms": "Promised latency, ms",
            "sla_quality": "Promised quality",
            "retrain_days": "Retrained every, days",
        },
    ),
    Section(
        "money", "Money", Stage.POC,
        "Say what it may cost and what it costs. Unknown cost is counted as unknown.",
        {
            "budget": "Budget",
            "data_work_budget": "Budget for data work",
            "spend_to_date": "Spent to date",
            "monthly_burn": "Monthly burn",
            "run_cost_forecast": "Run cost forecast, a month",
        },
    ),
)  # fmt: skip
BY_CODE = {section.code: section for section in SECTIONS}
LABELS = {name: label for section in SECTIONS for name, label in section.fields.items()}


def fingerprint(pilot: Pilot, names: Iterable[str]) -> str:
    """What these fields hold, in short: a form that carries it notices when they have changed."""
    values = plain({name: getattr(pilot, name) for name in sorted(names)})
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:32]
