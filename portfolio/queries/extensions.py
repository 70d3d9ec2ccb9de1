"""More time to decide, as a pilot's page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.access import may_decide, may_manage
from portfolio.models import Extension, ExtensionState, Pilot, Stage
from portfolio.models.stage import ENDED_STAGES


@dataclass(frozen=True, slots=True)
class Granted:
    """An approved extension; `open` while its day is to come."""

    to_day: date
    by: str
    reason: str
    number: int
    open: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal nobody has answered. `own` for who proposed it."""

    id: int
    from_day: date
    to_day: date
    by: str
    reason: str
    own: bool


@dataclass(frozen=True, slots=True)
class Extensions:
    """`obstacle` is why none can be proposed now, "" when one can."""

    granted: tuple[Granted, ...]
    waiting: Waiting | None
    obstacle: str
    may_propose: bool
    may_settle: bool


def extensions(pilot: Pilot, *, user: User, as_of: date) -> Extensions:
    """One query."""
    rows = list(pilot.extensions.select_related("proposed_by", "approver").order_by("id"))
    waits = next((row for row in rows if row.state == ExtensionState.PROPOSED), None)
    why_not = obstacle(pilot, rows)
    return Extensions(
        granted=tuple(
            Granted(row.to_day, str(row.approver), row.reason, row.number or 0, row.to_day >= as_of)
            for row in rows
            if row.state == ExtensionState.APPROVED
        ),
        waiting=_waiting(waits, user) if waits else None,
        obstacle=why_not,
        may_propose=not why_not and may_manage(user, pilot),
        may_settle=waits is not None and may_decide(user, pilot),
    )  # fmt: skip


def _waiting(row: Extension, user: User) -> Waiting:
    own = row.proposed_by_id == user.pk
    return Waiting(row.pk, row.from_day, row.to_day, str(row.proposed_by), row.reason, own)


def obstacle(pilot: Pilot, rows: Sequence[Extension]) -> str:
    """Why no extension can be proposed now, in a sentence; "" when one can."""
    if pilot.stage in ENDED_STAGES or pilot.shipped:
        return f"{pilot.ref} has shipped or ended: there is nothing left to decide."
    if pilot.stage == Stage.IDEA or pilot.decide_by is None:
        return "There is no day yet that binds. Set it in the charter."
    if any(row.state == ExtensionState.PROPOSED for row in rows):
        return "A proposal is waiting for an answer."
    if sum(row.state == ExtensionState.APPROVED for row in rows) >= Extension.MOST:
        return f"{pilot.ref} was extended twice already. Now it is decided."
    return ""
