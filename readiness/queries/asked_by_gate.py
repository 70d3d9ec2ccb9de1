"""What the gate to a pilot's next stage asks of its checklists."""

from portfolio.models import Pilot
from portfolio.models.stage import ACTIVE_STAGES, Stage
from readiness.gates import Setting, setting
from readiness.models import ChecklistItem, Gate, GateMode


def blocking(pilot: Pilot) -> frozenset[str]:
    """Keys of the must-haves that the gate to the next stage asks for; two queries at most."""
    if pilot.stage not in ACTIVE_STAGES or pilot.stage == ACTIVE_STAGES[-1]:
        return frozenset()
    coming = ACTIVE_STAGES[ACTIVE_STAGES.index(Stage(pilot.stage)) + 1]
    row = Gate.objects.filter(stage=coming).first()
    rows: dict[str, Setting] = {}
    if row:
        rows[coming] = Setting(row.stage, row.mode, tuple(row.checklists))
    gate = setting(rows, coming)
    if gate.mode == GateMode.OFF or not gate.checklists:
        return frozenset()
    asked = ChecklistItem.objects.filter(
        template__slug__in=gate.checklists, template__current=True, must_have=True
    )
    return frozenset(asked.order_by().values_list("key", flat=True))
