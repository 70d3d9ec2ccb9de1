from readiness.models.answer import Answer, State
from readiness.models.assessment import Assessment
from readiness.models.checklist import ChecklistItem, ChecklistTemplate, Dimension, Level, Side

__all__ = [
    "Answer",
    "Assessment",
    "ChecklistItem",
    "ChecklistTemplate",
    "Dimension",
    "Level",
    "Side",
    "State",
]
