from readiness.models.answer import Answer, State
from readiness.models.assessment import Assessment
from readiness.models.checklist import ChecklistItem, ChecklistTemplate

__all__ = ["Answer", "Assessment", "ChecklistItem", "ChecklistTemplate", "State"]
