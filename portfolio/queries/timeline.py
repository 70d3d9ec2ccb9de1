"""Everything that happened, newest first: to a pilot, to a unit, to the portfolio.

Events and flags are two histories (ADR 17): a flag's row says when it opened and when it closed.
Each part of the stream is a range of one index, cut to a page before the parts are merged, so that
a page costs the same at any length and at any depth.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.core import signing
from django.db.models import (
    BooleanField,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    JSONField,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import JSONObject
from django.utils.timezone import localtime

from accounts.models import User
from portfolio.flags import words
from portfolio.models import Event, Flag, Health, Pilot, Update
from portfolio.queries import history, labels
from portfolio.queries.history import CHANNELS, Change
from portfolio.queries.timeline_kinds import CLOSED, OPENED, kind_of, verbs_of
from portfolio.querysets import PilotQuerySet

SALT = "portfolio.timeline"
SIZE, SHORT = 50, 8
BRANCHES = 8  # A kind of more verbs than that is found among all events instead.
Rows = Any  # A values() query: its columns are annotations that types do not know.


@dataclass(frozen=True)
class Scope:
    """What a timeline is about: one pilot that came through `get_pilot`, or visible pilots."""

    key: str
    pilot_id: int | None = None
    pilots: PilotQuerySet | None = None

    @classmethod
    def of_pilot(cls, pilot_id: int) -> Self:
        return cls(f"pilot {pilot_id}", pilot_id=pilot_id)

    @classmethod
    def of_unit(cls, user: User, unit_id: int) -> Self:
        return cls(f"unit {unit_id}", pilots=Pilot.objects.visible_to(user).within(unit_id))

    @classmethod
    def of_all(cls, user: User) -> Self:
        return cls("all", pilots=Pilot.objects.visible_to(user))

    def filter(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        if self.pilots is None:
            return rows.filter(pilot=self.pilot_id)
        return rows.filter(pilot__in=self.pilots.order_by().values("pk"))


@dataclass(frozen=True, slots=True)
class Said:
    """What an update said, beside the event that it was posted."""

    health: str
    note: str
    next_step: str
    next_step_due: date | None
    blocker: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `severity` is that of a flag, else ""."""

    at: datetime
    kind: str
    pilot_id: int
    pilot: str
    who: str
    headline: str
    channel: str
    changes: tuple[Change, ...]
    reason: str
    severity: str = ""
    said: Said | None = None

    @property
    def day(self) -> date:
        return localtime(self.at).date()

    @property
    def ref(self) -> str:
        return f"{Pilot.REF_PREFIX}{self.pilot_id}"


@dataclass(frozen=True)
class TimelinePage:
    """`next` is the cursor of what is older, "" at the end; `restarted` as in common.keyset."""

    rows: tuple[Line, ...]
    next: str = ""
    restarted: bool = False
    later: bool = False


@dataclass(frozen=True)
class _Place:
    """Everything older than this. `number` is four times a row's id and the part it is of."""

    at: datetime
    number: int


def timeline(
    scope: Scope, *, kind: str = "", cursor: str = "", size: int = SIZE, told: bool = True
) -> TimelinePage:
    """One page of a timeline: one query and, if `told`, one for the words of its updates."""
    place = _read(cursor, scope, kind)
    parts = [part[: size + 1] for part in _parts(scope, kind, place)]
    first, *rest = parts
    merged = first.union(*rest, all=True).order_by("-moment", "-place") if rest else first
    found = list(merged[: size + 1])
    more, found = len(found) > size, found[:size]
    last = _Place(found[-1]["moment"], found[-1]["place"]) if more else None
    return TimelinePage(
        tuple(_lines(found, told=told)), next=_write(last, scope, kind) if last else "",
        restarted=bool(cursor) and place is None, later=place is not None,
    )  # fmt: skip


def _parts(scope: Scope, kind: str, place: _Place | None) -> list[Rows]:
    """The sources that hold something of this kind, each sorted, newest first."""
    verbs = verbs_of(kind) if kind else ()
    parts: list[Rows] = []
    if not kind:
        parts = [_events(scope, place)]
    elif scope.pilots is not None and len(verbs) <= BRANCHES:
        parts = [_events(scope, place, verb=verb) for verb in verbs]
    elif verbs:
        parts = [_events(scope, place, verb__in=verbs)]
    if kind in ("", "flags"):
        parts += [_flags(scope, place, "opened_at", 1), _flags(scope, place, "closed_at", 2)]
    return parts or [_events(scope, place).none()]


_COLUMNS = (
    "place", "moment", "pilot_id", "pilot__name", "verb_", "channel_", "before_", "after_",
    "reason_", "actor_name", "actor_email",
)  # fmt: skip


def _events(scope: Scope, place: _Place | None, **where: Any) -> Rows:
    rows = scope.filter(Event.objects.filter(**where))
    if place:
        rows = rows.filter(_older("at", place, 0))
    return rows.annotate(
        place=F("id") * 4, moment=F("at"), verb_=F("verb"), channel_=F("channel"),
        before_=F("before"), after_=F("after"), reason_=F("reason"),
        actor_name=F("actor__name"), actor_email=F("actor__email"),
    ).order_by("-at", "-id").values(*_COLUMNS)  # fmt: skip


def _flags(scope: Scope, place: _Place | None, moment: str, part: int) -> Rows:
    """Flags that opened (part 1) or closed (part 2)."""
    when: Any = F(moment)
    if scope.pilot_id is not None:
        # A few flags to sort. Said plainly, the database would walk the index of all that opened
        # or closed, through millions, while it still believes that hardly any did.
        same = F(moment) + Value(timedelta(), DurationField())
        when = ExpressionWrapper(same, DateTimeField())
    rows = scope.filter(Flag.objects.alias(when=when).exclude(when=None))
    if place:
        rows = rows.filter(_older(moment, place, part))
    facts = JSONObject(
        rule=F("rule"), severity=F("severity"), facts=F("facts"), since=F("since"),
        opened_at=F("opened_at"),
    )  # fmt: skip
    nothing = Value("", output_field=TextField())
    verb = OPENED if moment == "opened_at" else CLOSED
    return rows.annotate(
        place=F("id") * 4 + part, moment=F(moment), verb_=Value(verb, output_field=TextField()),
        channel_=Value("system", output_field=TextField()),
        before_=Value({}, output_field=JSONField()), after_=facts, reason_=nothing,
        actor_name=nothing, actor_email=nothing,
    ).order_by(when.desc(), "-id").values(*_COLUMNS)  # fmt: skip


class _Row(Func):
    function = "ROW"
    output_field = BooleanField()  # It has none; Django wants one to compare.


def _older(moment: str, place: _Place, part: int) -> CombinedExpression:
    """(moment, id) < (place): as a row, so that it is one range of the index."""
    least = (place.number - part + 3) // 4  # The smallest id that is not older.
    return CombinedExpression(
        _Row(F(moment), F("id")), "<", _Row(Value(place.at), Value(least)),
        output_field=BooleanField(),
    )  # fmt: skip


def _lines(rows: Iterable[Mapping[str, Any]], *, told: bool) -> Iterable[Line]:
    posted = [row["after_"].get("update") for row in rows if row["verb_"] == "update.posted"]
    said = _said([number for number in posted if told and isinstance(number, int)])
    for row in rows:
        if row["verb_"] in (OPENED, CLOSED):
            yield _flag_line(row)
        else:
            line = _event_line(row)
            words_of = said.get(row["after_"].get("update"))
            posted_one = words_of and row["verb_"] == "update.posted"
            yield replace(line, said=words_of) if posted_one else line


def _event_line(row: Mapping[str, Any]) -> Line:
    """One event in words. Codes this version does not know are shown as they are."""
    return Line(
        at=row["moment"], kind=kind_of(row["verb_"]), pilot_id=row["pilot_id"],
        pilot=row["pilot__name"] or "", who=row["actor_name"] or row["actor_email"] or "Pilotage",
        headline=history.headline(row["verb_"]),
        channel=CHANNELS.get(row["channel_"], row["channel_"]),
        changes=tuple(history.changes(row["before_"], row["after_"], verb=row["verb_"])),
        reason=row["reason_"],
    )  # fmt: skip


def _flag_line(row: Mapping[str, Any]) -> Line:
    """A flag that opened, with its reason as of that day, or closed, with how long it stood."""
    told = row["after_"]
    title, at = words.title(told["rule"]), row["moment"]
    if row["verb_"] == OPENED:
        headline = f"opened the flag {title}"
        reason = words.why(told["rule"], told["facts"], localtime(at).date())
    else:
        headline = f"closed the flag {title}"
        reason = f"It was true since {labels.day(date.fromisoformat(told['since']))}"
    return Line(
        at=at, kind="flags", pilot_id=row["pilot_id"], pilot=row["pilot__name"] or "",
        who="Pilotage", headline=headline, channel=CHANNELS["system"], changes=(),
        reason=f"{reason}.", severity=told["severity"],
    )  # fmt: skip


def _said(numbers: list[int]) -> dict[int, Said]:
    """What these updates said; nobody asks when there are none."""
    if not numbers:
        return {}
    fields = ("id", "health", "note", "next_step", "next_step_due", "blocker", "taken_back_at")
    return {
        number: Said(health, note, step, due, str(labels.words("blocker", blocker)) if blocker
                     else "", back is not None)
        for number, health, note, step, due, blocker, back
        in Update.objects.filter(pk__in=numbers).values_list(*fields)
    }  # fmt: skip


def _write(place: _Place, scope: Scope, kind: str) -> str:
    return signing.dumps(
        [scope.key, kind, place.at.isoformat(), place.number], salt=SALT, compress=True
    )


def _read(cursor: str, scope: Scope, kind: str) -> _Place | None:
    """The place a cursor names; None when it is of another timeline, or no cursor at all."""
    if not cursor:
        return None
    try:
        key, of, at, number = signing.loads(cursor, salt=SALT)
        place = _Place(datetime.fromisoformat(at), int(number))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return place if (key, of) == (scope.key, kind) else None


HEALTH = {str(code): str(label) for code, label in Health.choices}
CSV_COLUMNS = ("at", "pilot", "name", "kind", "who", "channel", "what", "changes", "text")
MOST_ROWS = 10_000


def csv_rows(scope: Scope, *, kind: str = "") -> Iterable[dict[str, str]]:
    """The newest MOST_ROWS of a timeline as rows of a file."""
    cursor, left = "", MOST_ROWS
    while left > 0:
        page = timeline(scope, kind=kind, cursor=cursor, size=min(500, left))
        for line in page.rows:
            yield _csv_row(line)
        left -= len(page.rows)
        cursor = page.next
        if not cursor:
            return


def _csv_row(line: Line) -> dict[str, str]:
    changes = "; ".join(
        f"{c.label}: {c.before or 'nothing'} -> {c.after or 'nothing'}" for c in line.changes
    )
    text = [line.reason]
    if line.said:
        text = [HEALTH[line.said.health], line.said.note, line.said.next_step]
    return {
        "at": localtime(line.at).isoformat(timespec="seconds"), "pilot": line.ref,
        "name": line.pilot, "kind": line.kind, "who": line.who, "channel": line.channel,
        "what": line.headline, "changes": changes,
        "text": "\n".join(part for part in text if part),
    }  # fmt: skip
