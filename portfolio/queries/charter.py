"""What a pilot needs before it enters PoC: a charter, and somebody inside who answers for it."""

from portfolio.models import Pilot, RoleKind, Stage
from portfolio.models.stage import ACTIVE_STAGES
from portfolio.queries.labels import LABELS

CHARTER = ("problem", "hypothesis", "ready_when", "stop_when", "planned_outlet")
OWNER = "an owner inside the company"


def missing(pilot: Pilot) -> list[str]:
    """Fields of the charter nobody has filled in, by their labels. The day to decide by is set on
    entry, so it is never missing."""
    return [LABELS[name] for name in CHARTER if not getattr(pilot, name)]


def before_poc(pilot: Pilot) -> list[str]:
    """What stands between the pilot and PoC: missing parts of the charter, then the owner."""
    owner = pilot.people.filter(
        role=RoleKind.OWNER, until=None, person__is_internal=True, person__is_active=True
    )
    return [*missing(pilot), *([] if owner.exists() else [OWNER])]


def needed(pilot: Pilot, stage: str) -> bool:
    """Entering PoC needs it, and so does leaving Idea for a stage beyond PoC.

    A pilot that is registered or imported in PoC is taken as it is; its gaps show on its page.
    """
    return stage == Stage.POC or (pilot.stage == Stage.IDEA and stage in ACTIVE_STAGES[1:])
