"""The shapes a story is told in: plain values with dates, people by name."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Span:
    """A stage from `since` (None: unknown, not before `bound`) until `until` (None: still)."""

    stage: str
    bound: date
    until: date | None
    known: bool = True
    reason: str = ""

    def covers(self, day: date) -> bool:
        return self.bound <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Held:
    """Somebody's role on a pilot."""

    person: str
    role: str
    since: date
    until: date | None = None
    accepted: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Asked:
    """Somebody was asked to own it; `former` wanted to hand it over."""

    person: str
    by: str
    on: date
    outcome: str = "open"
    answered: date | None = None
    note: str = ""
    reason: str = ""
    former: str = ""


@dataclass(frozen=True)
class Foreseen:
    """The three names of the twelve-month questions."""

    owner: str
    operations_owner: str
    feedback_owner: str
    on: date
    by: str


@dataclass(frozen=True)
class Said:
    """An update."""

    on: date
    author: str
    health: str
    note: str
    next_step: str
    next_due: date | None
    channel: str


@dataclass(frozen=True)
class Measured:
    """A success metric with its readings: (day, value)."""

    name: str
    unit: str
    direction: str
    baseline: Decimal | None
    target: Decimal | None
    due: date | None
    cadence: int
    since: date
    until: date | None
    readings: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True)
class Answered:
    """What was said about a readiness item, from `since` until `until`."""

    code: str
    state: str
    since: date
    until: date | None
    author: str
    confirmed_by: str = ""
    note: str = ""
    evidence_url: str = ""
    valid_until: date | None = None

    @property
    def backed(self) -> bool:
        return bool(self.evidence_url)

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Pause:
    """A hold from `on` until `until`; `resumed` is the day somebody ended it early."""

    on: date
    until: date
    reason: str
    resumed: date | None = None


@dataclass(frozen=True)
class Snoozed:
    """The flag of that rule was silenced on a day until another."""

    rule: str
    on: date
    until: date
    by: str
    reason: str


@dataclass(frozen=True)
class Told:
    """One pilot and everything that happened to it."""

    name: str
    unit: str
    summary: str
    registered: date
    registered_by: str
    restricted: bool
    spans: tuple[Span, ...]
    people: tuple[Held, ...] = ()
    asked: tuple[Asked, ...] = ()
    foreseen: tuple[Foreseen, ...] = ()
    updates: tuple[Said, ...] = ()
    metrics: tuple[Measured, ...] = ()
    answers: tuple[Answered, ...] = ()
    holds: tuple[Pause, ...] = ()
    snoozes: tuple[Snoozed, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> Span:
        return self.spans[-1]

    def stage_on(self, day: date) -> Span | None:
        return next((span for span in self.spans if span.covers(day)), None)

    def last_said(self, day: date) -> date | None:
        return max((one.on for one in self.updates if one.on <= day), default=None)
