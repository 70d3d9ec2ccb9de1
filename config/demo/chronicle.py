"""The events of a pilot's past: what its history page shows."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from accounts.models import User
from config.demo.company import PEOPLE
from config.demo.moments import at
from config.demo.shapes import Held, Told
from portfolio.actions.events import plain
from portfolio.models import Channel, Event, Pilot
from readiness.words import question

MANAGER = PEOPLE[1].name
People = Mapping[str, User]
Posted = Mapping[tuple[int, date], int]  # Updates by their pilot and day.
Row = tuple[date, int, str, str, Mapping[str, Any], Mapping[str, Any], str, str]


def owner_on(one: Told, day: date) -> str | None:
    return next((h.person for h in one.people if h.role == "owner" and h.covers(day)), None)


def events(one: Told, pilot: Pilot, people: People, posted: Posted) -> Iterator[Event]:
    """What the actions would have recorded, each with its day, person and channel."""
    for day, hour, verb, who, before, after, reason, channel in _rows(one, pilot, people, posted):
        yield Event(
            at=at(day, hour), pilot=pilot, actor=people[who], verb=verb,
            channel=channel, before=plain(before), after=plain(after), reason=reason,
        )  # fmt: skip


def _rows(one: Told, pilot: Pilot, people: People, posted: Posted) -> Iterator[Row]:
    first = one.spans[0]
    told = {"name": one.name, "unit": pilot.unit, "stage": first.stage}
    known = first.bound if first.known else None
    yield _row(one.registered, 8, "pilot.registered", one.registered_by, {},
               {**told, "stage_since": known})  # fmt: skip
    for before, after in zip(one.spans, one.spans[1:], strict=False):
        yield _row(after.bound, 9, "pilot.stage_changed", MANAGER,
                   {"stage": before.stage, "stage_since": before.bound},
                   {"stage": after.stage, "stage_since": after.bound}, after.reason)  # fmt: skip
    yield from _people(one, people)
    yield from _reports(one, pilot, posted)
    yield from _readiness(one)
    for pause in one.holds:
        held = {"on_hold_until": pause.until, "hold_reason": pause.reason}
        free = {"on_hold_until": None, "hold_reason": ""}
        yield _row(pause.on, 10, "pilot.held", MANAGER, free, held, pause.reason)
        if pause.resumed:
            yield _row(pause.resumed, 10, "pilot.resumed", MANAGER, held, free)
    for snooze in one.snoozes:
        after_ = {"rule": snooze.rule, "snoozed_until": snooze.until}
        yield _row(snooze.on, 12, "flag.snoozed", snooze.by, {"snoozed_until": None}, after_,
                   snooze.reason)  # fmt: skip


def _people(one: Told, people: People) -> Iterator[Row]:
    owner = None
    for held in sorted(one.people, key=lambda h: (h.since, h.role)):
        before: dict[str, Any] = {}
        if held.role == "owner":
            before = {"owner": owner} if owner else {}
            owner = people[held.person]
        if held.accepted:
            said = {"owner": owner, "cares": True, "collects": True, "decides": True}
            yield _row(held.since, 9, "owner.accepted", held.person, before, said)
            yield from _released(one, held, people)
            continue
        yield _row(held.since, 9, "person.assigned", MANAGER, before,
                   {held.role: people[held.person]})  # fmt: skip
        yield from _released(one, held, people)
    for asked in one.asked:
        before = {"owner": people[asked.former]} if asked.former else {}
        yield _row(asked.on, 8, "owner.proposed", asked.by, before,
                   {"asked": people[asked.person]}, asked.note)  # fmt: skip
        if asked.answered and asked.outcome != "accepted":
            who = asked.person if asked.outcome == "declined" else asked.by
            yield _row(asked.answered, 10, f"owner.{asked.outcome}", who,
                       {"asked": people[asked.person]}, {}, asked.reason)  # fmt: skip
    for named in one.foreseen:
        names = {"later_owner": named.owner, "later_operations_owner": named.operations_owner,
                 "later_feedback_owner": named.feedback_owner}  # fmt: skip
        yield _row(named.on, 10, "ownership.answered", named.by, {},
                   {field: people[name] for field, name in names.items()})  # fmt: skip


def _released(one: Told, held: Held, people: People) -> Iterator[Row]:
    taken = any(h.role == held.role and h.since == held.until for h in one.people)
    if held.until and not taken:
        yield _row(held.until, 16, "person.released", MANAGER,
                   {held.role: people[held.person]}, {})  # fmt: skip


def _reports(one: Told, pilot: Pilot, posted: Posted) -> Iterator[Row]:
    health, last = "", None
    for said in one.updates:
        yield _row(said.on, 14, "update.posted", said.author,
                   {"health": health, "last_update_on": last},
                   {"health": said.health, "last_update_on": said.on,
                    "update": posted[pilot.pk, said.on]},
                   channel=said.channel)  # fmt: skip
        health, last = said.health, said.on
    for metric in one.metrics:
        who = owner_on(one, metric.since) or one.registered_by
        yield _row(metric.since, 11, "metric.added", who, {},
                   {"metric": metric.name, "unit": metric.unit, "baseline": metric.baseline,
                    "target": metric.target, "due": metric.due})  # fmt: skip
        for on, value in metric.readings:
            yield _row(on, 15, "reading.recorded", owner_on(one, on) or one.registered_by, {},
                       {"metric": metric.name, "value": value, "on": on,
                        "source": "Weekly report"})  # fmt: skip


def _readiness(one: Told) -> Iterator[Row]:
    states: dict[str, str] = {}
    for said in sorted(one.answers, key=lambda a: (a.since, a.code)):
        who = said.confirmed_by or said.author
        before = {"state": states.get(said.code, "Open")}
        state = said.state.replace("_", " ").capitalize()
        after = {
            "question": question(said.code), "state": state, "evidence_link": said.evidence_url,
        }  # fmt: skip
        reason = said.note if said.state in ("waived", "not_applicable") else ""
        yield _row(said.since, 11, "readiness.answered", who, before, after, reason)
        states[said.code] = state


def _row(
    day: date, hour: int, verb: str, who: str, before: Mapping[str, Any], after: Mapping[str, Any],
    reason: str = "", channel: str = Channel.WEB,
) -> Row:  # fmt: skip
    return day, hour, verb, who, before, after, reason, channel
