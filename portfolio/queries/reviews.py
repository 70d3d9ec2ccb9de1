"""Reviews: the five slots of a pilot, and what waits at which team. Only of pilots in sight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from accounts.models import User
from portfolio.models import Outcome, Pilot, Review, Stage, StageInterval, Team
from portfolio.queries.kept import Row, day, label, rows_of
from portfolio.queries.lead_times import DEFAULT, usual_days

SHOWN = 200
YEAR = timedelta(days=365)
AFTER_POC = (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """`days` waited, or taken when it was decided."""

    id: int
    requested_on: date
    decided_on: date | None
    outcome: str
    outcome_label: str
    reviewer: str
    note: str
    days: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A team's place: its latest request, those before, and what it usually takes.

    `ask_by` is the last day to ask it in time for the target launch; None once it was asked or
    when no launch is planned.
    """

    team: str
    label: str
    latest: ReviewLine | None
    before: tuple[ReviewLine, ...]
    usual: int
    measured: bool
    ask_by: date | None
    late: bool

    @property
    def slow(self) -> bool:
        return bool(self.latest and not self.latest.outcome and self.latest.days > self.usual)


@dataclass(frozen=True, slots=True)
class Reviews:
    slots: tuple[Slot, ...]
    launch: date | None

    @property
    def filled(self) -> bool:
        return any(slot.latest for slot in self.slots)

    @property
    def words(self) -> str:
        """How many of the five have answered, and how many still have to."""
        settled = sum(1 for s in self.slots if s.latest and s.latest.outcome)
        waiting = sum(1 for s in self.slots if s.latest and not s.latest.outcome)
        words = f"{settled} of {len(self.slots)} teams have answered"
        if waiting:
            words += f"; {waiting} {'has' if waiting == 1 else 'have'} been asked and not answered"
        return f"{words}."


def rows() -> ArraySubquery:
    """All requests of the pilot of the outer query, newest first."""
    mine = Review.objects.filter(pilot=OuterRef("pk")).order_by("-requested_on", "-pk")
    person = Coalesce(NullIf("reviewer__name", Value("")), "reviewer__email")
    return rows_of(
        mine, "id", "team", "requested_on", "decided_on", "outcome", "note", reviewer=person
    )


def usual() -> JSONObject:
    """What each team usually takes, NULL where that is not known."""
    return JSONObject(**{team: usual_days(team) for team in Team.values})


def read(
    found: Sequence[Row], known: Mapping[str, int | None], launch: date | None, as_of: date
) -> Reviews:
    lines: dict[str, list[ReviewLine]] = {team: [] for team in Team.values}
    for row in found:
        lines[row["team"]].append(_line(row, as_of))
    slots = [_slot(team, lines[team], known[team], launch, as_of) for team in Team.values]
    return Reviews(tuple(slots), launch)


def _slot(
    team: str, lines: list[ReviewLine], known: int | None, launch: date | None, as_of: date
) -> Slot:
    days = DEFAULT if known is None else known
    ask_by = launch - timedelta(days=days) if launch and not lines else None
    return Slot(
        team=team, label=label(Team, team), latest=lines[0] if lines else None,
        before=tuple(lines[1:]), usual=days, measured=known is not None, ask_by=ask_by,
        late=bool(ask_by and ask_by < as_of),
    )  # fmt: skip


def _line(row: Row, as_of: date) -> ReviewLine:
    asked, decided = date.fromisoformat(row["requested_on"]), day(row["decided_on"])
    return ReviewLine(
        id=row["id"], requested_on=asked, decided_on=decided, outcome=row["outcome"],
        outcome_label=label(Outcome, row["outcome"]), reviewer=row["reviewer"] or "",
        note=row["note"], days=((decided or as_of) - asked).days,
    )  # fmt: skip


# --- What waits where -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class TeamLine:
    team: str
    label: str
    waiting: int
    longest: int | None
    usual: int
    measured: bool


@dataclass(frozen=True, slots=True)
class WaitingLine:
    ref: str
    name: str
    unit: str
    team: str
    reviewer: str
    requested_on: date
    days: int
    slow: bool
    launch: date | None


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """`early` of `asked` requests of the last year were made before the pilot left PoC."""

    teams: tuple[TeamLine, ...]
    lines: tuple[WaitingLine, ...]
    more: bool
    team: str
    team_label: str
    early: int
    asked: int

    @property
    def waiting(self) -> int:
        return sum(team.waiting for team in self.teams)


def reviews_page(user: User, as_of: date, *, team: str = "") -> ReviewsPage:
    """What waits, longest first. The number of queries does not depend on what there is."""
    team = team if team in Team.values else ""
    waiting = Review.objects.filter(outcome="", pilot__in=Pilot.objects.visible_to(user).active())
    teams = _teams(waiting, _usual(user), as_of)
    shown = waiting.filter(team=team) if team else waiting
    shown = shown.select_related("pilot__unit", "reviewer").order_by("requested_on", "pk")
    found = list(shown[: SHOWN + 1])
    slow = {line.team: line.usual for line in teams}
    early, asked = _early(user, as_of)
    return ReviewsPage(
        teams=teams, lines=tuple(_waiting(row, slow, as_of) for row in found[:SHOWN]),
        more=len(found) > SHOWN, team=team, team_label=label(Team, team) if team else "",
        early=early, asked=asked,
    )  # fmt: skip


def _usual(user: User) -> Mapping[str, int | None]:
    """What each team usually takes: one row, the person's own, carries the five figures."""
    figures = {f"{team}_days": usual_days(team) for team in Team.values}
    found = User.objects.filter(pk=user.pk).annotate(**figures).values(*figures).get()
    return {team: found[f"{team}_days"] for team in Team.values}


def _teams(
    waiting: "QuerySet[Review]", known: Mapping[str, int | None], as_of: date
) -> tuple[TeamLine, ...]:
    counted = waiting.order_by().values("team").annotate(n=Count("pk"), first=Min("requested_on"))
    found = {row["team"]: row for row in counted}
    lines = []
    for team in Team.values:
        row, days = found.get(team), known[team]
        lines.append(
            TeamLine(
                team, label(Team, team), row["n"] if row else 0,
                (as_of - row["first"]).days if row else None,
                DEFAULT if days is None else days, days is not None,
            )
        )  # fmt: skip
    return tuple(lines)


def _waiting(row: Review, usual: Mapping[str, int], as_of: date) -> WaitingLine:
    days, pilot = (as_of - row.requested_on).days, row.pilot
    return WaitingLine(
        pilot.ref, pilot.name, pilot.unit.path, str(row),
        str(row.reviewer) if row.reviewer else "", row.requested_on, days, days > usual[row.team],
        pilot.target_launch_on,
    )  # fmt: skip


def _early(user: User, as_of: date) -> tuple[int, int]:
    """Requests of the last year, and those that were made before the pilot left PoC (E25)."""
    left = StageInterval.objects.filter(pilot=OuterRef("pilot"), stage__in=AFTER_POC)
    first = Subquery(left.order_by().values("pilot").values(first=Min("since_bound")))
    recent = Review.objects.filter(
        pilot__in=Pilot.objects.visible_to(user), requested_on__gt=as_of - YEAR
    )
    in_time = Q(left_poc=None) | Q(requested_on__lte=F("left_poc"))
    found = recent.annotate(left_poc=first).aggregate(
        asked=Count("pk"), early=Count("pk", filter=in_time)
    )
    return found["early"], found["asked"]
