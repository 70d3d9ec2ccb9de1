from readiness.models.aftercare import (
    Attestation,
    CheckResult,
    LaunchCheck,
    Reminder,
    SelfCheck,
    Verdict,
)
from readiness.models.answer import Answer, State
from readiness.models.assessment import Assessment, ScoreDay
from readiness.models.checklist import (
    Answered,
    ChecklistDraft,
    ChecklistItem,
    ChecklistTemplate,
    Dimension,
    Factor,
    Level,
    Origin,
    Side,
)
from readiness.models.decision import (
    Condition,
    Decision,
    Gate,
    GateMode,
    Outcome,
    Proposal,
    ProposalState,
    ReasonFamily,
)
from readiness.models.evidence_file import EvidenceFile
from readiness.models.meeting import AgendaItem, AgendaState, Meeting, MinutesLetter
from readiness.models.waiver import WaiverRequest, WaiverState

__all__ = [
    "AgendaItem",
    "AgendaState",
    "Answer",
    "Answered",
    "Assessment",
    "Attestation",
    "CheckResult",
    "ChecklistDraft",
    "ChecklistItem",
    "ChecklistTemplate",
    "Condition",
    "Decision",
    "Dimension",
    "EvidenceFile",
    "Factor",
    "Gate",
    "GateMode",
    "LaunchCheck",
    "Level",
    "Meeting",
    "MinutesLetter",
    "Origin",
    "Outcome",
    "Proposal",
    "ProposalState",
    "ReasonFamily",
    "Reminder",
    "ScoreDay",
    "SelfCheck",
    "Side",
    "State",
    "Verdict",
    "WaiverRequest",
    "WaiverState",
]
