"""How a score went, day by day: of a pilot, and of the pilots of a choice together.

A day without a row has the score of the last row before it. Where another version of the list
begins, the curve ends and a new one begins: the two count different questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import User
from portfolio.models import Pilot
from readiness.access import get_template
from readiness.models import ScoreDay, Side
from readiness.queries.heat_choice import Chosen, in_stages
from readiness.scoring import Share, lowest

WEEKS = 52
RULING, OVERALL = "ruling", "overall"
TITLES = {
    RULING: "Score (lower side)",
    Side.TECHNICAL.value: "Technical", Side.ORGANISATIONAL.value: "Organisational",
}  # fmt: skip


class Point(NamedTuple):
    """The score from `day` on; `shares` by ruling and side."""

    day: date
    version: int
    shares: Mapping[str, Share]


@dataclass(frozen=True)
class PilotTrend:
    """`points` in the order of their days; the last one holds until `until`."""

    title: str
    points: Sequence[Point]
    until: date

    @property
    def stretches(self) -> list[list[Point]]:
        """The points of each version, in order."""
        found: list[list[Point]] = []
        for point in self.points:
            if not found or found[-1][-1].version != point.version:
                found.append([])
            found[-1].append(point)
        return found


def pilot_trend(pilot: Pilot, checklist: str, as_of: date) -> PilotTrend:
    """The score of a pilot on a list; Http404 when there is no such list. Two statements."""
    template = get_template(checklist)
    rows = ScoreDay.objects.filter(pilot=pilot, checklist=checklist, day__lte=as_of)
    points = [
        Point(day, version, _sides(parts.get("side", {}), Share(met, total)))
        for day, version, met, total, parts in rows.order_by("day").values_list(
            "day", "template__version", "met", "total", "parts"
        )
    ]
    return PilotTrend(template.title, points, as_of)


def _sides(parts: Mapping[str, list[int]], overall: Share) -> dict[str, Share]:
    sides = {side: Share(*pair) for side, pair in parts.items()}
    return {RULING: lowest(sides.values()) or overall, **sides}


class Week(NamedTuple):
    """What the pilots had met on average at the end of `day`, and how many there were."""

    day: date
    version: int
    percent: float
    pilots: int
    answered: int


@dataclass(frozen=True)
class GroupTrend:
    title: str
    weeks: Sequence[Week]
    changes: Sequence[tuple[date, int]]
    """The days on which another version began, with its number."""


def group_trend(user: User, chosen: Chosen, as_of: date) -> GroupTrend:
    """The average share met of the pilots of a choice that the person may see, at the end of each
    of the last WEEKS weeks. They are those that are in these stages today, each from its
    registration on; one that nobody answered for has nothing met. Three statements."""
    template = get_template(chosen.checklist)
    pilots = in_stages(user, chosen.stage, chosen.unit)
    registered = sorted(pilots.order_by().values_list("registered_on", flat=True))
    rows = ScoreDay.objects.filter(pilot__in=pilots, checklist=chosen.checklist, day__lte=as_of)
    told = rows.order_by("day").values_list("day", "pilot", "met", "total", "template__version")
    days = [as_of - timedelta(weeks=n) for n in range(WEEKS, -1, -1)]
    weeks, changes = _by_week(told, registered, days)
    return GroupTrend(template.title, weeks, changes)


Row = tuple[date, int, int, int, int]


def _by_week(
    rows: Iterable[Row], registered: Sequence[date], days: Sequence[date]
) -> tuple[list[Week], list[tuple[date, int]]]:
    """Pure: one pass over the rows, which are in the order of their days."""
    shares: dict[int, float] = {}
    total, begun, version = 0.0, 0, 0
    weeks: list[Week] = []
    changes: list[tuple[date, int]] = []
    waiting = iter(rows)
    row = next(waiting, None)
    for day in days:
        while row is not None and row[0] <= day:
            on, pilot, met, of, counted_by = row
            share = met / of if of else 1.0
            total += share - shares.get(pilot, 0.0)
            shares[pilot] = share
            if counted_by > version:
                if version:
                    changes.append((on, counted_by))
                version = counted_by
            row = next(waiting, None)
        while begun < len(registered) and registered[begun] <= day:
            begun += 1
        if begun:
            percent = round(100 * total / begun, 1)
            weeks.append(Week(day, version, min(percent, 100.0), begun, len(shares)))
    return weeks, changes
