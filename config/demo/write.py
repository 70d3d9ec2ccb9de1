"""Stores a company with its true dates.

No action can: each writes today's date. Everything else of the product writes through actions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actions import units
from accounts.models import Membership, Unit, User
from common import text
from config.demo import (
    chronicle,
    decided,
    full_list,
    in_use,
    measures,
    satellites,
    self_checks,
    words,
)
from config.demo.chapters import KINDS
from config.demo.company import PEOPLE
from config.demo.findings import SEVERITY, findings
from config.demo.moments import at
from config.demo.shapes import Told
from portfolio.actions.proposals import STATEMENTS
from portfolio.catalog.presets import ADOPTION
from portfolio.models import (
    Event,
    Flag,
    Metric,
    OwnerProposal,
    OwnershipAnswer,
    Pilot,
    Reading,
    RoleAssignment,
    StageInterval,
    Update,
)
from readiness.access import PRODUCTION
from readiness.actions import aftercare, assessments, score_days
from readiness.models import (
    Answer,
    Attestation,
    ChecklistItem,
    Condition,
    Decision,
    LaunchCheck,
    SelfCheck,
)

SHIPPED = ("production", "retired")


@dataclass(frozen=True)
class Names:
    """Rows by the name they have in the story."""

    people: dict[str, User]
    units: dict[str, Unit]
    items: dict[str, ChecklistItem]


@transaction.atomic
def write(told: Sequence[Told], today: date, password: str) -> Names:
    """Everything in a handful of statements per table."""
    since = min(one.registered for one in told)
    names = Names(_people(since, password), _units(told), _items())
    for person in PEOPLE:
        _roles(person.roles, names.people[person.name], names.units.get(person.unit), since)
    pilots = Pilot.objects.bulk_create([_pilot(one, names) for one in told])
    pairs = list(zip(told, pilots, strict=True))
    _history(pairs, names)
    _measurements(pairs, names)
    _measures(pairs, names, today)
    _readiness(pairs, names, today)
    _flags(pairs, names, today)
    _records(pairs, names, today)
    _in_use(pairs, names, today)
    _decided(pairs, names, today)
    posted = {
        (pilot, on): pk for pk, pilot, on in Update.objects.values_list("pk", "pilot_id", "on")
    }
    events = [
        event for one, pilot in pairs
        for event in chronicle.events(one, pilot, names.people, posted)
    ]  # fmt: skip
    Event.objects.bulk_create(sorted(events, key=lambda event: event.at), batch_size=1000)
    return names


def _people(since: date, password: str) -> dict[str, User]:
    rows = []
    for person in PEOPLE:
        user = User(
            email=person.email, name=person.name, is_active=not person.left,
            is_internal=person.internal, time_zone=person.zone,
        )  # fmt: skip
        user.set_unusable_password()
        rows.append(user)
    # One hash for all of them: hashing is slow on purpose.
    rows[0].set_password(password)
    for user, person in zip(rows, PEOPLE, strict=True):
        if person.roles and not person.left:
            user.password = rows[0].password
    made = User.objects.bulk_create(rows)
    User.objects.filter(pk__in=[user.pk for user in made]).update(date_joined=at(since))
    return {user.name: user for user in made}


def _roles(roles: Iterable[str], user: User, unit: Unit | None, since: date) -> None:
    until = None if user.is_active else since + timedelta(days=300)
    Membership.objects.bulk_create(
        Membership(user=user, role=role, unit=unit, since=since, until=until) for role in roles
    )


def _units(told: Iterable[Told]) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for path in sorted({one.unit for one in told}):
        parent = None
        for depth, name in enumerate(path.split(" / "), 1):
            parent = units.ensure(name=name, parent=parent)
            found[" / ".join(path.split(" / ")[:depth])] = parent
    return found


def _items() -> dict[str, ChecklistItem]:
    items = ChecklistItem.objects.filter(template__slug=PRODUCTION, template__current=True)
    return {item.code: item for item in items}


def _pilot(one: Told, names: Names) -> Pilot:
    span, last = one.stage, max(one.updates, key=lambda said: said.on, default=None)
    pause = one.holds[-1] if one.holds and one.holds[-1].resumed is None else None
    production = next((s.bound for s in one.spans if s.stage == "production"), None)
    return Pilot(
        target_launch_on=satellites.launch(one),
        name=one.name, name_key=text.key(one.name), summary=one.summary, unit=names.units[one.unit],
        registered_on=one.registered, restricted=one.restricted, stage=span.stage,
        stage_since=span.bound if span.known else None, stage_since_bound=span.bound,
        first_production_on=production, shipped=production is not None,
        health=last.health if last else "", last_update_on=last.on if last else None,
        on_hold_until=pause.until if pause else None, hold_reason=pause.reason if pause else "",
        **one.facts,
    )  # fmt: skip


Pairs = Sequence[tuple[Told, Pilot]]


def _history(pairs: Pairs, names: Names) -> None:
    StageInterval.objects.bulk_create(
        StageInterval(
            pilot=pilot, stage=span.stage, since=span.bound if span.known else None,
            since_bound=span.bound, until=span.until, recorded_at=at(span.bound),
        )
        for one, pilot in pairs for span in one.spans
    )  # fmt: skip
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            pilot=pilot, person=names.people[held.person], role=held.role, since=held.since,
            until=held.until, accepted_on=held.accepted, recorded_at=at(held.since),
        )
        for one, pilot in pairs for held in one.people
    )  # fmt: skip
    _ownership(pairs, names)
    Update.objects.bulk_create(
        Update(
            pilot=pilot, author=names.people[said.author], on=said.on, posted_at=at(said.on, 14),
            health=said.health, note=said.note, next_step=said.next_step,
            next_step_due=said.next_due, channel=said.channel,
            blocker=words.BLOCKERS.get(said.note, ""), token=_token(one, said.on),
        )
        for one, pilot in pairs for said in one.updates
    )  # fmt: skip


def _ownership(pairs: Pairs, names: Names) -> None:
    people = names.people
    OwnerProposal.objects.bulk_create(
        OwnerProposal(
            pilot=pilot, person=people[asked.person], former=people.get(asked.former),
            asked_by=people[asked.by], asked_on=asked.on, note=asked.note, outcome=asked.outcome,
            answered_on=asked.answered, reason=asked.reason, recorded_at=at(asked.on, 8),
            **dict.fromkeys(STATEMENTS, True if asked.outcome == "accepted" else None),
        )
        for one, pilot in pairs for asked in one.asked
    )  # fmt: skip
    OwnershipAnswer.objects.bulk_create(
        OwnershipAnswer(
            pilot=pilot, owner=people[named.owner], operations_owner=people[named.operations_owner],
            feedback_owner=people[named.feedback_owner], answered_on=named.on,
            by=people[named.by], recorded_at=at(named.on, 10),
        )
        for one, pilot in pairs for named in one.foreseen
    )  # fmt: skip


def _token(one: Told, on: date) -> UUID:
    return UUID(int=Random(f"{one.name} {on}").getrandbits(128), version=4)  # noqa: S311


def _measurements(pairs: Pairs, names: Names) -> None:
    rows, readings = [], []
    for one, pilot in pairs:
        for told in one.metrics:
            metric = Metric(
                pilot=pilot, name=told.name, unit=told.unit, direction=told.direction,
                preset=ADOPTION if told.name == KINDS["adoption"][0] else "",
                baseline=told.baseline, target=told.target, due=told.due,
                cadence_days=told.cadence, since=told.since, until=told.until,
            )  # fmt: skip
            rows.append(metric)
            readings += [
                Reading(
                    metric=metric, value=value, on=on, source="Weekly report",
                    author=_author(one, on, names), recorded_at=at(on, 15),
                )
                for on, value in told.readings
            ]  # fmt: skip
    Metric.objects.bulk_create(rows)
    Reading.objects.bulk_create(readings, batch_size=1000)


def _measures(pairs: Pairs, names: Names, today: date) -> None:
    made, said = measures.told(pairs, names.people, today)
    for model in measures.KINDS:
        model._default_manager.bulk_create(row for row in made if isinstance(row, model))
    Event.objects.bulk_create(sorted(said, key=lambda event: event.at), batch_size=1000)


def _author(one: Told, on: date, names: Names) -> User:
    owner = chronicle.owner_on(one, on)
    return names.people[owner or one.registered_by]


def _readiness(pairs: Pairs, names: Names, today: date) -> None:
    Answer.objects.bulk_create(
        Answer(
            pilot=pilot, item=names.items[a.code], key=names.items[a.code].key,
            state=a.state, note=a.note,
            evidence_url=a.evidence_url, valid_until=a.valid_until, backed=a.backed,
            figures=words.FIGURES.get(a.code, {}) if a.evidence_url else {},
            author=names.people[a.author],
            confirmed_by=names.people[a.confirmed_by] if a.confirmed_by else None,
            since=a.since, until=a.until, recorded_at=at(a.since, 11),
        )
        for one, pilot in pairs for a in one.answers
    )  # fmt: skip
    answered = [pilot.pk for one, pilot in pairs if one.answers]
    full = full_list.answers(pairs, names.people, today)
    more = Answer.objects.bulk_create(full, batch_size=1000)
    answered = sorted({*answered, *(answer.pilot_id for answer in more)})
    score_days.rebuild(pilots=answered, until=today)
    keys = {*(item.key for item in names.items.values()), *(answer.key for answer in more)}
    assessments.reassess(answered, keys=keys, as_of=today)


def _records(pairs: Pairs, names: Names, today: date) -> None:
    """What hangs on pilots, kind by kind: a wave needs the number of its rollout."""
    made = [row for one, pilot in pairs for row in satellites.rows(one, pilot, names.people, today)]
    for model in satellites.KINDS:
        model._default_manager.bulk_create(row for row in made if isinstance(row, model))
    told = [satellites.event(row, names.people) for row in made]
    Event.objects.bulk_create(sorted(told, key=lambda event: event.at), batch_size=1000)


def _in_use(pairs: Pairs, names: Names, today: date) -> None:
    told = []
    for model, chapter in ((Attestation, in_use.attestations), (LaunchCheck, in_use.checks)):
        found: list[tuple[Any, Event]] = [
            row for one, pilot in pairs for row in chapter(one, pilot, names.people, today)
        ]
        model._default_manager.bulk_create(row for row, _ in found)
        told += [event for _, event in found]
    Event.objects.bulk_create(sorted(told, key=lambda event: event.at), batch_size=1000)
    checks = list(self_checks.checks(pairs, names.people, today))
    SelfCheck.objects.bulk_create(check for check, _ in checks)
    told = [event for _, events in checks for event in events]
    Event.objects.bulk_create(sorted(told, key=lambda event: event.at), batch_size=1000)
    aftercare.plan_checks()


def _decided(pairs: Pairs, names: Names, today: date) -> None:
    found = decided.made(pairs, names.people, today)
    Decision.objects.bulk_create(one.decision for one in found)
    Condition.objects.bulk_create(row for one in found for row in one.conditions)
    told = [event for one in found for event in one.events]
    Event.objects.bulk_create(sorted(told, key=lambda event: event.at))


def _flags(pairs: Pairs, names: Names, today: date) -> None:
    rows = []
    for one, pilot in pairs:
        for found in findings(one, today):
            snooze = next((s for s in one.snoozes if s.rule == found.rule), None)
            if snooze and found.closed and found.closed <= snooze.on:
                snooze = None
            facts: dict[str, Any] = {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in found.facts.items()
            }
            rows.append(
                Flag(
                    pilot=pilot, rule=found.rule, severity=SEVERITY[found.rule], since=found.since,
                    facts=facts, opened_at=at(found.opened, 5),
                    closed_at=at(found.closed, 16) if found.closed else None,
                    snoozed_until=snooze.until if snooze else None,
                    snooze_reason=snooze.reason if snooze else "",
                    snoozed_by=names.people[snooze.by] if snooze else None,
                )
            )  # fmt: skip
    Flag.objects.bulk_create(rows, batch_size=1000)
