"""What waits for a person: pilots to own, the year to come, extensions to approve."""

from dataclasses import dataclass
from datetime import date

from accounts.access import roles_of
from accounts.models import User
from common.registry import Ask, asks
from portfolio.access import may_decide
from portfolio.models import Extension, ExtensionState, Flag, OwnerProposal, Pilot, RoleAssignment
from portfolio.querysets import PilotQuerySet

SHOWN = 5
OPEN = 10  # of what other apps ask
MOST = 200


@dataclass(frozen=True, slots=True)
class Question:
    """A pilot to own. `by` is empty when nobody asked: a list names the person."""

    id: int
    ref: str
    name: str
    unit: str
    by: str
    on: date
    days: int
    note: str
    owner: str


@dataclass(frozen=True, slots=True)
class Due:
    """A pilot of mine whose twelve-month questions want an answer."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class MoreTime:
    """An extension that somebody else proposed and this person may approve."""

    ref: str
    name: str
    by: str
    from_day: date
    to_day: date
    reason: str


@dataclass(frozen=True)
class AskedOfMe:
    asked: tuple[Question, ...] = ()
    named: tuple[Question, ...] = ()
    due: tuple[Due, ...] = ()
    time: tuple[MoreTime, ...] = ()
    others: tuple[Ask, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.asked or self.named or self.due or self.time or self.others)

    @property
    def count(self) -> int:
        """Everything that waits for an answer."""
        return len(self.all) + len(self.due) + len(self.time) + len(self.others)

    @property
    def first(self) -> tuple[Question, ...]:
        return self.asked[:SHOWN]

    @property
    def others_first(self) -> tuple[Ask, ...]:
        """What stands open; the rest is folded away."""
        return self.others[:OPEN]

    @property
    def others_more(self) -> tuple[Ask, ...]:
        return self.others[OPEN:]

    @property
    def all(self) -> tuple[Question, ...]:
        return (*self.asked, *self.named)


def asked_of_me(user: User, as_of: date) -> AskedOfMe:
    """Three queries, for who decides four, and those of other apps; at most MOST of each kind, the
    longest waiting first."""
    seen = Pilot.objects.visible_to(user).active()
    asked = _asked(user, seen, as_of)
    known = {question.id for question in asked}
    named = tuple(one for one in _named(user, seen, as_of) if one.id not in known)
    return AskedOfMe(asked, named, _due(user, seen, as_of), _time(user, seen), _others(user, as_of))


def _others(user: User, as_of: date) -> tuple[Ask, ...]:
    """What other apps ask, the earliest day first; what has no day comes before all."""
    found = [ask for asking in asks.values() for ask in asking(user, as_of)]
    found.sort(key=lambda ask: (ask.due or date.min, ask.ref))
    return tuple(found[:MOST])


def _asked(user: User, seen: PilotQuerySet, as_of: date) -> tuple[Question, ...]:
    rows = OwnerProposal.objects.open().filter(person=user, pilot__in=seen)
    rows = rows.select_related("pilot__unit", "asked_by", "former").order_by("asked_on", "pk")
    return tuple(
        Question(
            row.pilot_id, row.pilot.ref, row.pilot.name, row.pilot.unit.path,
            str(row.asked_by or "Somebody"), row.asked_on, (as_of - row.asked_on).days, row.note,
            str(row.former or ""),
        )
        for row in rows[:MOST]
    )  # fmt: skip


def _named(user: User, seen: PilotQuerySet, as_of: date) -> tuple[Question, ...]:
    rows = RoleAssignment.objects.open().owners().filter(person=user, accepted_on=None)
    rows = rows.filter(pilot__in=seen).select_related("pilot__unit").order_by("since", "pk")
    return tuple(
        Question(
            row.pilot_id, row.pilot.ref, row.pilot.name, row.pilot.unit.path, "", row.since,
            (as_of - row.since).days, "", "",
        )
        for row in rows[:MOST]
    )  # fmt: skip


def _due(user: User, seen: PilotQuerySet, as_of: date) -> tuple[Due, ...]:
    mine = RoleAssignment.objects.open().owners().filter(person=user).values("pilot")
    rows = Flag.objects.open().filter(rule="OWNERSHIP_UNCONFIRMED", pilot__in=seen)
    rows = rows.filter(pilot__in=mine).select_related("pilot").order_by("since", "pk")
    speaking = [row for row in rows[:MOST] if not row.snoozed_until or row.snoozed_until < as_of]
    return tuple(Due(row.pilot.ref, row.pilot.name) for row in speaking)


def _time(user: User, seen: PilotQuerySet) -> tuple[MoreTime, ...]:
    roles = roles_of(user)
    if not (roles.managed or roles.decided):
        return ()
    rows = Extension.objects.filter(state=ExtensionState.PROPOSED, pilot__in=seen)
    rows = rows.exclude(proposed_by=user).select_related("pilot__unit", "proposed_by")
    return tuple(
        MoreTime(
            row.pilot.ref, row.pilot.name, str(row.proposed_by), row.from_day, row.to_day,
            row.reason,
        )
        for row in rows.order_by("id")[:MOST]
        if may_decide(user, row.pilot)
    )  # fmt: skip
