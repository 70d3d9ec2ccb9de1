from accounts.models import Channel
from portfolio.models.cost import CostEntry, CostEstimate, CostKind
from portfolio.models.dependency import AgreementStatus, Dependency, Incident, IncidentKind
from portfolio.models.digest import Digest, DigestState
from portfolio.models.event import Event
from portfolio.models.extension import Extension, ExtensionState
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
from portfolio.models.link import Link, LinkKind
from portfolio.models.merge import Merge
from portfolio.models.metric import Direction, Metric, RawTest, Reading, ValuePer
from portfolio.models.model_use import ModelUse
from portfolio.models.ownership import OwnerProposal, OwnershipAnswer, ProposalOutcome
from portfolio.models.person import AREAS, RoleAssignment, RoleKind
from portfolio.models.pilot import Pilot
from portfolio.models.pilot_facts import PilotFacts
from portfolio.models.record import Record
from portfolio.models.review import Outcome, Review, Team
from portfolio.models.rollout import Rollout, Verdict, Wave, WaveKind
from portfolio.models.rollup import Rollup
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES, Stage, StageInterval
from portfolio.models.tag import PilotTag, Tag
from portfolio.models.update import Blocker, Health, Update
from portfolio.models.view import ListPreference, SavedView

__all__ = [
    "ACTIVE_STAGES",
    "AREAS",
    "ENDED_STAGES",
    "AgreementStatus",
    "Blocker",
    "Channel",
    "CostEntry",
    "CostEstimate",
    "CostKind",
    "Dependency",
    "Digest",
    "DigestState",
    "Direction",
    "Event",
    "Extension",
    "ExtensionState",
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
    "Incident",
    "IncidentKind",
    "Link",
    "LinkKind",
    "ListPreference",
    "Merge",
    "Metric",
    "ModelUse",
    "Outcome",
    "OwnerProposal",
    "OwnershipAnswer",
    "Pilot",
    "PilotFacts",
    "PilotTag",
    "ProposalOutcome",
    "RawTest",
    "Reading",
    "Record",
    "Review",
    "RoleAssignment",
    "RoleKind",
    "Rollout",
    "Rollup",
    "SavedView",
    "Stage",
    "StageInterval",
    "SweepRun",
    "Tag",
    "Team",
    "Update",
    "ValuePer",
    "Verdict",
    "Wave",
    "WaveKind",
]
