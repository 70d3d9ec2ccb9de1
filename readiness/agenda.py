"""What a board should decide first, and what its time is enough for. Pure: facts come in.

Every reason gives points; the sum is the weight. Points never fall when a fact gets worse: a pilot
that is overdue for longer, costs more or was rolled over more often never sinks on the agenda.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import log10

from common import bars

SHORTEST = 5
"""Minutes below which nothing is decided."""
DECIDE, TALK, CONFIRM = 15, 10, 5
"""Minutes an item gets: a decision, a pilot that is stuck, something that only needs a yes."""
DAYS_MAX = 730  # Days beyond which a delay weighs no more.


@dataclass(frozen=True)
class Case:
    """The facts about one pilot on the day when an agenda is made; None is "not so" or unknown.

    Days count up to that day. `decide_by` is only given when it has passed or falls on the day of
    the board or before; `burn` a month is only known for some, and counts while stalled.
    `missing` are open questions of the production list, given before rollout only.
    """

    pilot: int
    decide_by: date | None = None
    waiting_days: int | None = None
    proposed: str = ""
    stalled: bool = False
    burn: Decimal | None = None
    stale_days: int | None = None
    open_conditions: int = 0
    overdue_conditions: int = 0
    condition_days: int = 0
    extensions: int = 0
    missing: int = 0
    rollovers: int = 0


@dataclass(frozen=True)
class Reason:
    """A sentence without its full stop, what it weighs, and the minutes it asks for."""

    says: str
    points: int
    minutes: int


@dataclass(frozen=True)
class Pick:
    """A pilot for the agenda; `minutes` is what it gets."""

    pilot: int
    weight: int
    minutes: int
    reasons: tuple[str, ...]
    rollovers: int = 0


def weigh(case: Case, today: date, *, currency: str = "") -> Pick | None:
    """The pilot with its reasons, heaviest first; None when nothing asks for a board."""
    found = [
        reason
        for reason in (
            _decide_by(case, today), _proposal(case), _stale(case), _stalled(case, currency),
            _conditions(case), _extensions(case), _missing(case), _rollovers(case),
        )
        if reason
    ]  # fmt: skip
    if not found:
        return None
    found.sort(key=lambda reason: -reason.points)
    return Pick(
        case.pilot, sum(r.points for r in found), max(r.minutes for r in found),
        tuple(r.says for r in found), case.rollovers,
    )  # fmt: skip


def rank(picks: Sequence[Pick]) -> list[Pick]:
    """What earlier boards did not reach, then the rest; heaviest first, and the older pilot first
    among equals, so that the order is always the same."""
    return sorted(picks, key=lambda pick: (pick.rollovers == 0, -pick.weight, pick.pilot))


def fit(ranked: Sequence[Pick], minutes: int) -> list[Pick]:
    """The first of them that the minutes are enough for; the last may get less than it asks for,
    but never less than SHORTEST. Nothing lighter jumps the queue because it is shorter."""
    chosen: list[Pick] = []
    left = minutes
    for pick in ranked:
        if left < SHORTEST:
            break
        chosen.append(replace(pick, minutes=min(pick.minutes, left)))
        left -= chosen[-1].minutes
    return chosen


def _decide_by(case: Case, today: date) -> Reason | None:
    if case.decide_by is None:
        return None
    late = (today - case.decide_by).days
    if late > 0:
        says = f"Decide-by passed {bars.age_words(late)} ago"
        return Reason(says, 40 + min(late, DAYS_MAX) // 2, DECIDE)
    if late == 0:
        return Reason("Decide-by is today", 40, DECIDE)
    return Reason(f"Decide-by is {_day(case.decide_by)}, before the board is over", 25, DECIDE)


def _proposal(case: Case) -> Reason | None:
    if case.waiting_days is None:
        return None
    days = max(case.waiting_days, 0)
    what = f"A proposal ({case.proposed})" if case.proposed else "A proposal"
    says = f"{what} has waited {bars.age_words(days)} for its approver"
    if days == 0:
        says = f"{what} waits for its approver since today"
    return Reason(says, 50 + min(days, DAYS_MAX), CONFIRM)


def _stale(case: Case) -> Reason | None:
    if case.stale_days is None:
        return None
    days = max(case.stale_days, 0)
    says = f"In PoC, {bars.age_words(days)} past the quarter" if days else "In PoC past the quarter"
    return Reason(says, 20 + min(days, DAYS_MAX) // 7, DECIDE)


def _stalled(case: Case, currency: str) -> Reason | None:
    if not case.stalled:
        return None
    if case.burn is None:
        return Reason("Stalled, and nobody knows what it costs a month", 10, TALK)
    if case.burn <= 0:
        return Reason("Stalled", 10, TALK)
    amount = f"{case.burn:,.0f} {currency}".strip()
    return Reason(f"Costs {amount} a month while stalled", 10 + _cost_points(case.burn), TALK)


def _cost_points(burn: Decimal) -> int:
    """Ten times the cost weighs 15 more: 4,200 a month 24, 42,000 a month 39."""
    return max(0, round(15 * (log10(min(float(burn), 1e15)) - 2)))


def _conditions(case: Case) -> Reason | None:
    if case.overdue_conditions > 0:
        overdue, days = case.overdue_conditions, max(case.condition_days, 0)
        what = "1 condition is overdue" if overdue == 1 else f"{overdue} conditions are overdue"
        says = f"{what}, the oldest by {bars.age_words(days)}" if overdue > 1 else (
            f"{what} by {bars.age_words(days)}"
        )  # fmt: skip
        points = 25 + 5 * overdue + min(days, DAYS_MAX) // 4
        return Reason(says, points + 3 * _open(case), TALK)
    if case.open_conditions > 0:
        number = case.open_conditions
        what = "1 condition is open" if number == 1 else f"{number} conditions are open"
        return Reason(f"{what}, none overdue", 5 + 3 * _open(case), CONFIRM)
    return None


def _open(case: Case) -> int:
    return min(case.open_conditions, 10)


def _extensions(case: Case) -> Reason | None:
    if case.extensions < 2:
        return None
    return Reason("Extended twice already; there is no third time", 20, DECIDE)


def _missing(case: Case) -> Reason | None:
    if case.missing <= 0:
        return None
    says = f"{case.missing} of the ten readiness questions open before rollout"
    return Reason(says, 12 + 2 * case.missing, TALK)


def _rollovers(case: Case) -> Reason | None:
    """Each board that does not reach it weighs more than the one before: 15, 45, 90 ..."""
    times = case.rollovers
    if times <= 0:
        return None
    how = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return Reason(f"Not reached {how}", 15 * times * (times + 1) // 2, TALK)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
