"""Boards as pages: the list of them, an agenda, one pilot of it, and what might still come on.

Rows are numbered among those that the reader may see, so that no gap tells of another one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, Sum

from accounts.access import roles_of
from accounts.models import Unit, User
from common.keyset import Order, Page, paginate
from portfolio.models import Pilot, RoleAssignment
from readiness.access import may_run
from readiness.models import AgendaItem, AgendaState, Meeting
from readiness.queries.agenda import ranked, scope
from readiness.queries.minutes import Happened, happened, outcome_words

SIZE = 30
OFFERED = 12
LATEST = Order("on", F("on"), "readiness_meeting_latest", read=date.fromisoformat, down=True)
NOTHING = Happened()


@dataclass(frozen=True)
class BoardLine:
    """A board in the list; the numbers count what the reader may see."""

    pk: int
    on: date
    unit: str
    minutes: int
    pilots: int
    planned: int
    states: Mapping[str, int]
    started: bool

    @property
    def decided(self) -> int:
        return self.states.get(AgendaState.DECIDED, 0)

    @property
    def proposed(self) -> int:
        return self.states.get(AgendaState.PROPOSED, 0)

    @property
    def discussed(self) -> int:
        return self.states.get(AgendaState.DISCUSSED, 0)

    @property
    def not_reached(self) -> int:
        return self.states.get(AgendaState.NOT_REACHED, 0)


@dataclass(frozen=True)
class Boards:
    upcoming: tuple[BoardLine, ...]
    past: Page[BoardLine]
    may_prepare: bool


@dataclass(frozen=True)
class Row:
    """A pilot on an agenda. `state` is what came of it so far; `above` and `below` are the ids of
    the items beside it, 0 at the ends."""

    number: int
    item: AgendaItem
    pilot: Pilot
    owner: str
    state: str
    outcome: str
    who: str
    above: int = 0
    below: int = 0

    @property
    def open(self) -> bool:
        return self.state == AgendaState.PLANNED


@dataclass(frozen=True)
class Clock:
    """Minutes by the server's time: since the board began, and what is left of its length."""

    started_at: datetime
    used: int
    left: int


@dataclass(frozen=True)
class Agenda:
    meeting: Meeting
    rows: tuple[Row, ...]
    may_run: bool
    clock: Clock | None

    @property
    def planned(self) -> int:
        """Minutes of everything on it."""
        return sum(row.item.minutes for row in self.rows)

    @property
    def to_come(self) -> int:
        """Minutes of what has no outcome yet."""
        return sum(row.item.minutes for row in self.rows if row.open)

    @property
    def spare(self) -> int:
        return self.meeting.minutes - self.planned

    @property
    def over(self) -> int:
        return -self.spare

    @property
    def open_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.open)

    @property
    def not_reached(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.state == AgendaState.NOT_REACHED)

    def row(self, pilot: int) -> Row | None:
        return next((row for row in self.rows if row.pilot.pk == pilot), None)

    def beside(self, row: Row, step: int) -> Row | None:
        place = row.number - 1 + step
        return self.rows[place] if 0 <= place < len(self.rows) else None


@dataclass(frozen=True)
class Turn:
    """One pilot before the board, with its neighbours; `next_open` waits for its outcome."""

    row: Row
    previous: Row | None
    next: Row | None
    next_open: Row | None


@dataclass(frozen=True)
class Offer:
    """A pilot that might come on: why, and the minutes it would get."""

    pilot: Pilot
    reasons: tuple[str, ...]
    minutes: int


def boards(user: User, as_of: date, *, cursor: str = "") -> Boards:
    """Those to come, the next one first, and those closed, the latest first. Four statements."""
    fields = ("id", "on", "unit__path", "minutes", "started_at")
    waiting = Meeting.objects.filter(closed_at=None).order_by("on", "pk").values(*fields)[:SIZE]
    closed = Meeting.objects.filter(closed_at__isnull=False).values(*fields)
    page = paginate(closed, LATEST, cursor=cursor, filters="", size=SIZE)
    upcoming = list(waiting)
    counts = _counts([row["id"] for row in (*upcoming, *page.rows)], user)
    return Boards(
        upcoming=tuple(_line(row, counts) for row in upcoming),
        past=page.with_rows([_line(row, counts) for row in page.rows]),
        may_prepare=may_prepare(user),
    )


def may_prepare(user: User) -> bool:
    roles = roles_of(user)
    return bool(roles.managed or roles.decided)


def units_of(user: User) -> tuple[list[Unit], bool]:
    """The units whose boards the person may prepare, and whether the whole portfolio's too."""
    roles = roles_of(user)
    over = Q(pk__in=[])
    for lineage in {*roles.managed, *roles.decided}:
        over |= Q(lineage__startswith=lineage)
    return list(Unit.objects.in_use().filter(over).order_by("path")), may_run(user, None)


def agenda(meeting: Meeting, user: User, *, at: datetime) -> Agenda:
    """The agenda of a board that is not closed, as that person sees it. Five statements."""
    rows = list(_visible(meeting, user).select_related("pilot__unit", "changed_by"))
    pilots = [item.pilot_id for item in rows]
    since, owners = happened(meeting, pilots), _owners(pilots)
    return Agenda(
        meeting=meeting,
        rows=tuple(
            _row(
                number, item, owners.get(item.pilot_id, ""), since.get(item.pilot_id, NOTHING),
                rows[number - 2].pk if number > 1 else 0,
                rows[number].pk if number < len(rows) else 0,
            )
            for number, item in enumerate(rows, start=1)
        ),
        may_run=may_run(user, meeting.unit),
        clock=_clock(meeting, at),
    )  # fmt: skip


def turn(found: Agenda, row: Row) -> Turn:
    later = [one for one in found.open_rows if one.number > row.number]
    earlier = [one for one in found.open_rows if one.number < row.number]
    return Turn(
        row=row, previous=found.beside(row, -1), next=found.beside(row, 1),
        next_open=next(iter((*later, *earlier)), None),
    )  # fmt: skip


def offers(meeting: Meeting, user: User, *, words: str, as_of: date) -> tuple[Offer, ...]:
    """Pilots that are not on the agenda: those found by the words; without words the heaviest."""
    there = meeting.items.exclude(state=AgendaState.REMOVED).values("pilot")
    free = scope(user, meeting.unit).exclude(pk__in=there)
    if words.strip():
        found = list(free.search(words).order_by("name", "pk").select_related("unit")[:OFFERED])
        among = free.filter(pk__in=[pilot.pk for pilot in found])
        picks = {pick.pilot: pick for pick in ranked(among, on=meeting.on, as_of=as_of)}
    else:
        heaviest = ranked(free, on=meeting.on, as_of=as_of)[:OFFERED]
        picks = {pick.pilot: pick for pick in heaviest}
        pilots = free.select_related("unit").in_bulk(list(picks))
        found = [pilots[pk] for pk in picks]
    return tuple(
        Offer(
            pilot,
            picks[pilot.pk].reasons if pilot.pk in picks else (),
            picks[pilot.pk].minutes if pilot.pk in picks else 0,
        )
        for pilot in found
    )


def _visible(meeting: Meeting, user: User) -> Any:
    seen = Pilot.objects.visible_to(user).order_by().values("pk")
    return meeting.items.exclude(state=AgendaState.REMOVED).filter(pilot__in=seen)


def _row(
    number: int, item: AgendaItem, owner: str, since: Happened, above: int, below: int
) -> Row:  # fmt: skip
    state = item.state
    if since.decision:
        state = AgendaState.DECIDED
    elif since.proposal or since.extension:
        state = AgendaState.PROPOSED
    item.state = state  # For its words only; nothing is saved here.
    said = outcome_words(item, since.decision, since.proposal, since.extension)
    return Row(
        number=number, item=item, pilot=item.pilot, owner=owner, state=state,
        outcome=said["outcome"], who=said.get("who", ""), above=above, below=below,
    )  # fmt: skip


def _owners(pilots: Collection[int]) -> dict[int, str]:
    found = RoleAssignment.objects.open().owners().filter(pilot__in=pilots)
    return {one.pilot_id: str(one.person) for one in found.select_related("person")}


def _clock(meeting: Meeting, at: datetime) -> Clock | None:
    if meeting.started_at is None:
        return None
    used = max(0, int((at - meeting.started_at).total_seconds() // 60))
    return Clock(meeting.started_at, used, meeting.minutes - used)


def _counts(meetings: list[int], user: User) -> dict[int, dict[str, tuple[int, int]]]:
    """By board and state: items and their minutes, of pilots in sight. One statement."""
    seen = Pilot.objects.visible_to(user).order_by().values("pk")
    rows = AgendaItem.objects.filter(meeting__in=meetings, pilot__in=seen).order_by()
    rows = rows.exclude(state=AgendaState.REMOVED)
    found: dict[int, dict[str, tuple[int, int]]] = {}
    counted = rows.values("meeting", "state").annotate(n=Count("pk"), time=Sum("minutes"))
    for meeting, state, number, time in counted.values_list("meeting", "state", "n", "time"):
        found.setdefault(meeting, {})[state] = (number, time)
    return found


def _line(row: Mapping[str, Any], counts: Mapping[int, Mapping[str, tuple[int, int]]]) -> BoardLine:
    own = counts.get(row["id"], {})
    return BoardLine(
        pk=row["id"], on=row["on"], unit=row["unit__path"] or "Whole portfolio",
        minutes=row["minutes"], pilots=sum(n for n, _ in own.values()),
        planned=sum(time for _, time in own.values()),
        states={state: n for state, (n, _) in own.items()}, started=row["started_at"] is not None,
    )  # fmt: skip


def next_day(meeting: Meeting) -> date | None:
    """When the next board of the same scope meets, as far as there is one."""
    later = Meeting.objects.filter(unit=meeting.unit_id, closed_at=None, on__gt=meeting.on)
    return later.order_by("on").values_list("on", flat=True).first()
