"""What a gate knows of a pilot, and the form of what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from portfolio.models.pilot import DataClass
from portfolio.models.stage import Stage

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
