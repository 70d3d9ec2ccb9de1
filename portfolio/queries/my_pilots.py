"""The pilots on which a person holds a role, worst first."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.models import Pilot, RoleAssignment
from portfolio.queries.pilots import PilotRow, row_values, with_columns

MOST = 200


@dataclass(frozen=True)
class MyPilots:
    """`waiting` counts those whose update is due, outdated or was never posted."""

    rows: tuple[PilotRow, ...]
    waiting: int

    @property
    def first(self) -> str:
        """The ref of the worst pilot that waits; "" when none does."""
        return next((row.ref for row in self.rows if needs_update(row)), "")


def rows(user: User, as_of: date) -> MyPilots:
    """At most MOST pilots; one query, and one per registered column."""
    held = RoleAssignment.objects.open().filter(person=user).values("pilot")
    mine = Pilot.objects.visible_to(user).active().filter(pk__in=held).order_by("id")
    found = with_columns(list(row_values(mine)[:MOST]), as_of)
    found.sort(key=_worst_first)
    return MyPilots(tuple(found), sum(needs_update(row) for row in found))


def waiting(user: User, as_of: date, *, after: int) -> str | None:
    """The ref of the next pilot to report on, another one than `after`; None when all is said."""
    refs = (row.ref for row in rows(user, as_of).rows if needs_update(row) and row.id != after)
    return next(refs, None)


def needs_update(row: PilotRow) -> bool:
    return row.hold_until is None and row.freshness != "fresh"


def _worst_first(row: PilotRow) -> tuple[int, int, int, int]:
    speaking = [flag for flag in row.flags if not flag.snoozed]
    high = sum(flag.severity == "H" for flag in speaking)
    return (-int(needs_update(row)), -high, -len(speaking), -row.days)
