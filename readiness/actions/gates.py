"""What gates ask, as administrators set it."""

from collections.abc import Sequence

from django.db import connection, transaction

from accounts.access import roles_of
from accounts.models import User
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import events
from portfolio.models import Stage
from readiness import gates
from readiness.models import Answered, ChecklistTemplate, Gate, GateMode
from readiness.queries import gate_facts

LOCK = 7_305  # advisory: one administrator sets gates at a time


@transaction.atomic
def set_gate(
    *, stage: str, mode: str, checklists: Sequence[str], by: User, channel: str, seen: str = ""
) -> gates.Setting:
    """Set the mode of a stage's gate and the lists whose must-haves it asks.

    `seen` is the fingerprint of what the form showed; Conflict when it is another one by now. What
    was decided stays decided.
    """
    if not roles_of(by).is_administrator:
        raise NotAllowed("Gates are set by administrators.")
    if stage not in gates.GATED:
        raise Refused("Choose a stage that has a gate.", field="stage")
    if mode not in GateMode.values:
        raise Refused("Choose whether it blocks, warns or is off.", field="mode")
    chosen = tuple(sorted(set(checklists)))
    known = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    if not set(chosen) <= set(known.values_list("slug", flat=True)):
        raise Refused("Choose lists that are asked now.", field="checklists")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    before = gates.setting(gate_facts.settings(), stage)
    after = gates.Setting(stage, mode, chosen)
    if fingerprint(before) == fingerprint(after):
        return before
    if seen.startswith(f"{stage}:") and seen != fingerprint(before):
        raise Conflict("Somebody else set that gate while you were looking at it.")
    Gate.objects.update_or_create(stage=stage, defaults={"mode": mode, "checklists": list(chosen)})
    events.record(verb="gate.set", by=by, channel=channel, before=_told(before), after=_told(after))
    return after


def fingerprint(gate: gates.Setting) -> str:
    """A gate as it is set, so that another one is noticed."""
    return f"{gate.stage}:{gate.mode}:{','.join(sorted(gate.checklists))}"


def _told(gate: gates.Setting) -> dict[str, str]:
    titles = dict(ChecklistTemplate.objects.filter(current=True).values_list("slug", "title"))
    return {
        "gate": str(Stage(gate.stage).label),
        "mode": str(GateMode(gate.mode).label).lower(),
        "checklists": ", ".join(titles.get(slug, slug) for slug in sorted(gate.checklists))
        or "none",
    }
