"""A self-check in numbers: its score, its gaps in order, and what moved since the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.urls import reverse

from accounts.models import User
from common import clock
from common.registry import Ask
from portfolio.models import Pilot, RoleAssignment
from portfolio.queries.labels import day
from readiness.models import ChecklistItem, SelfCheck
from readiness.models.checklist import Level

RUNGS = 4  # the highest; 0 is the lowest
MOST = 200


@dataclass(frozen=True)
class SelfGap:
    """A question that is not on its highest rung; `rung` None: not known."""

    item: ChecklistItem
    rung: int | None
    note: str = ""

    @property
    def now(self) -> str:
        return "Not known" if self.rung is None else self.item.rungs[self.rung]

    @property
    def next(self) -> str:
        """What the next rung says."""
        return str(self.item.rungs[0 if self.rung is None else self.rung + 1])

    @property
    def related(self) -> str:
        """How the full list is narrowed to what this is about."""
        part = {"factor": self.item.factor} if self.item.factor else {
            "dimension": self.item.dimension
        }  # fmt: skip
        return urlencode({"state": "open", **part})


@dataclass(frozen=True)
class Moved:
    item: ChecklistItem
    before: int | None
    after: int | None

    @property
    def up(self) -> bool:
        return (-1 if self.after is None else self.after) > (
            -1 if self.before is None else self.before
        )


@dataclass(frozen=True)
class Outcome:
    """`points` of `most`; what is not known gives none."""

    points: int
    most: int
    unknown: int
    answered: int
    gaps: tuple[SelfGap, ...]

    @property
    def percent(self) -> int:
        return self.points * 100 // self.most if self.most else 0


@dataclass(frozen=True)
class Line:
    """A self-check in the pilot's list of them; the outcome of one that runs is of what it was
    asked so far."""

    check: SelfCheck
    outcome: Outcome
    moved: tuple[Moved, ...]


def outcome(
    items: Sequence[ChecklistItem],
    ratings: Mapping[str, int | None],
    notes: Mapping[str, str] | None = None,
) -> Outcome:
    """The score and the gaps of ratings by item code: what is not known first, then the lowest
    rung, must-haves and lower levels before others."""
    rated = {item.code: ratings.get(item.code) for item in items}
    gaps = [
        SelfGap(item, rung, (notes or {}).get(item.code, ""))
        for item in items
        if (rung := rated[item.code]) is None or rung < RUNGS
    ]
    gaps.sort(key=_order)
    return Outcome(
        points=sum(rung or 0 for rung in rated.values()),
        most=RUNGS * len(items),
        unknown=sum(code in ratings and rung is None for code, rung in rated.items()),
        answered=sum(code in ratings for code in rated),
        gaps=tuple(gaps),
    )


def _order(gap: SelfGap) -> tuple[int, bool, int, int]:
    item = gap.item
    rung = -1 if gap.rung is None else gap.rung
    return rung, not item.must_have, Level.values.index(item.level), item.position


def moved(
    items: Sequence[ChecklistItem], before: Mapping[str, int | None],
    after: Mapping[str, int | None],
) -> tuple[Moved, ...]:  # fmt: skip
    """The questions that both asked and that were answered differently."""
    return tuple(
        Moved(item, before[item.code], after[item.code])
        for item in items
        if item.code in before and item.code in after and before[item.code] != after[item.code]
    )


def said(check: SelfCheck, code: str) -> str:
    """What a check says about a question, for a form to hand back: "", "unknown" or "3"."""
    if code not in check.ratings:
        return ""
    rating = check.ratings[code]
    return "unknown" if rating is None else str(rating)


def checks_of(pilot: Pilot) -> tuple[Line, ...]:
    """All self-checks of a pilot, the latest first, each compared with the one before it.

    Two queries, whatever their number.
    """
    rows = list(
        SelfCheck.objects.filter(pilot=pilot)
        .select_related("author", "template")
        .order_by("-begun_at", "-pk")
    )
    items: dict[int, list[ChecklistItem]] = {row.template_id: [] for row in rows}
    for item in ChecklistItem.objects.filter(template__in=list(items)):
        items[item.template_id].append(item)
    lines = []
    for place, row in enumerate(rows):
        earlier = next((one for one in rows[place + 1 :] if one.finished_at), None)
        asked = items[row.template_id]
        if not row.finished_at:  # What nobody was asked yet is no gap.
            asked = [item for item in asked if item.code in row.ratings]
        since = moved(asked, earlier.ratings, row.ratings) if earlier else ()
        lines.append(Line(row, outcome(asked, row.ratings, row.notes), since))
    return tuple(lines)


def asked(person: User, as_of: date) -> list[Ask]:
    """Self-checks that run and want to be finished: of whoever began them, and of the owners of
    their pilots. One query."""
    mine = RoleAssignment.objects.open().owners().filter(person=person).values("pilot")
    pilots = Pilot.objects.visible_to(person).editable_by(person).active().not_on_hold(as_of)
    rows = SelfCheck.objects.filter(
        Q(author=person) | Q(pilot__in=mine), finished_at=None, pilot__in=pilots
    )
    items = ChecklistItem.objects.filter(template=OuterRef("template")).order_by("position")
    rows = rows.annotate(codes=ArraySubquery(items.values("code")))
    rows = rows.select_related("pilot", "author").order_by("begun_at", "pk")
    return [_ask(row, row.codes, person) for row in rows[:MOST]]


def _ask(row: SelfCheck, codes: Sequence[str], person: User) -> Ask:
    left = [code for code in codes if code not in row.ratings]
    begun = clock.local(row.begun_at).date()
    who = "You" if row.author_id == person.pk else str(row.author)
    done = f"{len(codes) - len(left)} of {len(codes)} answered"
    where = [row.pilot.ref, row.pk, *left[:1]]
    return Ask(
        title="Go on with the self-check of", ref=row.pilot.ref, name=row.pilot.name,
        why=f"{done if left else f'All {len(codes)} answered'}. {who} began it on {day(begun)}.",
        url=reverse("pilot-self-check-question" if left else "pilot-self-check", args=where),
        button="Go on" if left else "Finish it", due=begun,
    )  # fmt: skip
