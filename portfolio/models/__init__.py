from accounts.models import Channel
from portfolio.models.cost import CostEntry, CostEstimate, CostKind
from portfolio.models.digest import Digest, DigestState
from portfolio.models.event import Event
from portfolio.models.flag import Flag, FlagLimit, SweepRun
from portfolio.models.imports import (
    ImportedCells,
    ImportIssue,
    ImportMapping,
    ImportRow,
    ImportRun,
    ImportState,
    ImportUpload,
)
from portfolio.models.metric import Direction, Metric, RawTest, Reading, ValuePer
from portfolio.models.person import RoleAssignment, RoleKind
from portfolio.models.pilot import Pilot
from portfolio.models.pilot_facts import PilotFacts
from portfolio.models.rollup import Rollup
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES, Stage, StageInterval
from portfolio.models.update import Health, Update

__all__ = [
    "ACTIVE_STAGES",
    "ENDED_STAGES",
    "Channel",
    "CostEntry",
    "CostEstimate",
    "CostKind",
    "Digest",
    "DigestState",
    "Direction",
    "Event",
    "Flag",
    "FlagLimit",
    "Health",
    "ImportIssue",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "ImportState",
    "ImportUpload",
    "ImportedCells",
    "Metric",
    "Pilot",
    "PilotFacts",
    "RawTest",
    "Reading",
    "RoleAssignment",
    "RoleKind",
    "Rollup",
    "Stage",
    "StageInterval",
    "SweepRun",
    "Update",
    "ValuePer",
]
