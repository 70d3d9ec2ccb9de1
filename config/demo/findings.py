"""Which flags the past of a pilot had: the five rules in plain words, asked of every day.

The last day must agree with the real sweep; a test holds the two together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.demo.plots import IDEA, PILOT, POC, PRODUCTION, ROLLOUT
from config.demo.shapes import Told
from readiness.scoring import LIKELY_TO_FAIL, is_met

ACTIVE = {IDEA, POC, PILOT, ROLLOUT, PRODUCTION}
QUESTIONS = 10
SEVERITY = {
    "STALE_POC": "H", "NO_OWNER": "H", "NO_UPDATE": "M", "NO_METRIC": "H", "MISSING_3": "H",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """A flag that was open from `opened` until `closed` (None: still)."""

    rule: str
    since: date
    opened: date
    closed: date | None
    facts: Mapping[str, Any]


Found = dict[str, tuple[date, dict[str, Any]]]


def findings(told: Told, today: date) -> list[Finding]:
    """Every flag the pilot ever had, as hourly sweeps would have opened and closed it."""
    done: list[Finding] = []
    open_: dict[str, Finding] = {}
    day = told.registered
    while day <= today:
        found = on(told, day)
        for rule in [rule for rule in open_ if rule not in found]:
            was = open_.pop(rule)
            done.append(Finding(rule, was.since, was.opened, day, was.facts))
        for rule, (since, facts) in found.items():
            if rule not in open_:
                open_[rule] = Finding(rule, since, day, None, facts)
        day += timedelta(days=1)
    return [*done, *open_.values()]


def on(told: Told, day: date) -> Found:
    """What is true at the end of a day: rule -> (since, facts)."""
    span = told.stage_on(day)
    if span is None or span.stage not in ACTIVE:
        return {}
    found: Found = {}
    for rule, since, facts in (
        *_stale(told, day),
        *_ownerless(told, day),
        *_silent(told, day),
        *_unmeasured(told, day),
        *_unready(told, day),
    ):
        if since <= day:
            found[rule] = since, facts
    return found


Candidates = Iterator[tuple[str, date, dict[str, Any]]]


def _stale(told: Told, day: date) -> Candidates:
    span = told.stage_on(day)
    if span is None or span.stage != POC:
        return
    earlier = [s for s in told.spans if s.stage == POC and s.until and s.until <= span.bound]
    spent = sum((s.until - s.bound).days for s in earlier if s.until)
    entered = span.bound - timedelta(days=spent)
    facts = {"entered": entered, "at_least": not span.known, "limit": 91}
    yield "STALE_POC", entered + timedelta(days=92), facts


def _ownerless(told: Told, day: date) -> Candidates:
    owners = [h for h in told.people if h.role == "owner" and h.since <= day]
    if any(h.covers(day) for h in owners):
        return
    since = max((h.until for h in owners if h.until), default=told.registered)
    yield "NO_OWNER", since, {"ownerless_since": since}


def _silent(told: Told, day: date) -> Candidates:
    span, said = told.stage_on(day), told.last_said(day)
    limit = 30 if span and span.stage == PRODUCTION else 14
    last = said or told.registered
    facts = {"last": last, "never": said is None, "limit": limit}
    yield "NO_UPDATE", last + timedelta(days=limit + 1), facts


def _unmeasured(told: Told, day: date) -> Candidates:
    span = told.stage_on(day)
    begun = [m for m in told.metrics if m.since <= day]
    if span is None or span.stage == IDEA or any(not m.until or day < m.until for m in begun):
        return
    since = max([span.bound, *(m.until for m in begun if m.until)])
    yield "NO_METRIC", since, {"without_since": since}


def _unready(told: Told, day: date) -> Candidates:
    span = told.stage_on(day)
    if span is None or span.stage not in (PILOT, ROLLOUT, PRODUCTION):
        return
    answers = [answer for answer in told.answers if answer.covers(day)]
    open_ = QUESTIONS - sum(is_met(answer, day) for answer in answers)
    if open_ < LIKELY_TO_FAIL:
        return
    opened = [date.min] * (QUESTIONS - len(answers))
    for answer in answers:
        if not is_met(answer, day):
            ran_out = answer.valid_until and is_met(answer, answer.valid_until)
            opened.append(
                answer.valid_until + timedelta(days=1)
                if ran_out and answer.valid_until
                else answer.since
            )
    since = max(span.bound, sorted(opened)[LIKELY_TO_FAIL - 1])
    yield "MISSING_3", since, {"open": open_, "total": QUESTIONS}
