"""A plan written to the database in one go: staged by COPY, applied by a few statements.

The number of statements does not grow with the number of rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from accounts.actions import users
from accounts.models import Unit, User
from portfolio.actions import import_sql as sql
from portfolio.actions import import_units
from portfolio.actions.pilots import QUARTER
from portfolio.models import (
    Event,
    ImportedCells,
    ImportRun,
    Pilot,
    PilotFacts,
    RoleAssignment,
    Stage,
    StageInterval,
)  # fmt: skip
from portfolio.queries.import_undo import Fate
from portfolio.queries.imports import FIELDS, current
from portfolio.transfer.columns import ROLES, STAGE_DATES
from portfolio.transfer.drafts import FACT_PREFIX
from portfolio.transfer.plan import Plan, RowPlan
from portfolio.transfer.text import key
from portfolio.transfer.voyage import Leg, legs, revise, settle

Tick = Callable[[int], None]
# Columns in the order of a batch's tuples.
INTERVAL = ("pilot_id", "stage", "since", "since_bound", "until", "recorded_at")
ROLE = ("pilot_id", "person_id", "role", "since", "until", "recorded_at")
EVENT = ("at", "pilot_id", "actor_id", "verb", "channel", "before", "after", "reason")
CELLS = ("pilot_id", "key", "digest", "cells", "on", "run_id")
VOYAGE = frozenset({"stage", *STAGE_DATES})


@dataclass
class Moment:
    """Who imports what, when: the same for every row of a run."""

    run: ImportRun
    by: User | None
    channel: str
    today: date
    at: datetime


@dataclass
class Batch:
    """Everything to be written, as tuples in the order of the columns they are copied to."""

    pilots: list[dict[str, Any]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)
    intervals: list[tuple[Any, ...]] = field(default_factory=list)
    retold: list[int] = field(default_factory=list)
    roles: list[tuple[Any, ...]] = field(default_factory=list)
    released: list[tuple[int, str]] = field(default_factory=list)
    facts: list[tuple[int, str]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    cells: list[tuple[Any, ...]] = field(default_factory=list)


def write(*, plan: Plan, moment: Moment, tick: Tick) -> None:
    """Apply a plan inside the caller's transaction; `tick` hears how many rows are done."""
    places = import_units.ensure(
        run=moment.run, paths={row.draft.unit for row in _applied(plan)}, by=moment.by,
        channel=moment.channel,
    )  # fmt: skip
    people = _people(plan)
    new = [row for row in plan.rows if row.action == "created"]
    batch = Batch()
    old = _intervals([row.pilot.id for row in plan.rows if row.pilot and VOYAGE & set(row.changes)])
    with connection.cursor() as cursor:
        numbers = iter(sql.reserve(cursor, Pilot, len(new)))
        for done, row in enumerate(plan.rows, 1):
            if row.action == "created":
                _create(batch, row, next(numbers), places[row.draft.unit], people, moment)
            elif row.pilot is not None and row.action == "updated":
                _update(batch, row, places, people, old, moment)
            elif row.pilot is not None and row.action == "unchanged":
                _remember(batch, row, row.pilot.id, moment)
            if done % 500 == 0:
                tick(done)
        _flush(cursor, batch, moment.today)
        _record(cursor, plan, batch, moment)


def _applied(plan: Plan) -> Iterable[RowPlan]:
    return (row for row in plan.rows if row.action in ("created", "updated"))


def _people(plan: Plan) -> dict[str, int]:
    """Account ids by e-mail, after adding the accounts the plan makes."""
    new = {m: name for row in _applied(plan) for m, name in row.draft.new_people.items()}
    known = {email.casefold() for email in User.objects.values_list("email", flat=True)}
    for email, name in new.items():
        if email.casefold() not in known:
            users.create(email=email, name=name, roles=[])
    return {email.casefold(): pk for pk, email in User.objects.values_list("pk", "email")}


def _create(
    batch: Batch, row: RowPlan, pk: int, unit: Unit, people: dict[str, int], moment: Moment
) -> None:
    cells = row.cells
    entries = _entries(cells, moment.today)
    path = legs(cells["stage"], entries, moment.today)
    if cells["stage"] == Stage.POC and "decide_by" not in cells:
        cells["decide_by"] = (path[-1].bound + QUARTER).isoformat()
    batch.pilots.append(
        {
            "id": pk, "unit_id": unit.pk, "registered_on": moment.today, "version": 1,
            **_named(cells["name"]), **_staged(path, entries),
            **{f: _column(f, cells[f]) for f in FIELDS if f in cells},
        }
    )  # fmt: skip
    batch.intervals += [_interval(pk, leg, moment.at) for leg in path]
    for role in ROLES:
        if role in cells:
            batch.roles.append((pk, people[cells[role]], role, moment.today, None, moment.at))
    facts = _facts(cells)
    if facts:
        batch.facts.append((pk, sql.as_json(facts)))
    after = {to: value for to, value in cells.items() if not to.startswith(FACT_PREFIX)}
    _event(batch, row, pk, "pilot.registered", {}, after, moment)
    _remember(batch, row, pk, moment)


def _update(
    batch: Batch,
    row: RowPlan,
    places: dict[tuple[str, ...], Unit],
    people: dict[str, int],
    old: dict[int, list[tuple[Leg, datetime]]],
    moment: Moment,
) -> None:
    assert row.pilot is not None
    pk, changes = row.pilot.id, row.changes
    final = {**row.pilot.current, **{to: after for to, (_, after) in changes.items()}}
    edit: dict[str, Any] = {f: _column(f, final.get(f)) for f in FIELDS}
    edit |= {"id": pk, **_named(final["name"])}
    edit["unit_id"] = places[row.draft.unit].pk if "unit" in changes else None
    if VOYAGE & set(changes):
        history = old[pk]
        entries = _entries(final, moment.today)
        registered = row.pilot.registered_on or moment.today
        path = revise(
            [leg for leg, _ in history], final["stage"], entries, registered, row.pilot.imported_on
        )
        edit |= _staged(path, {leg.stage: leg.since for leg in path if leg.since})
        batch.retold.append(pk)
        known = {(leg.stage, leg.since, leg.bound): at for leg, at in history}
        batch.intervals += [
            _interval(pk, leg, known.get((leg.stage, leg.since, leg.bound), moment.at))
            for leg in path
        ]
    batch.edits.append(edit)
    for role in set(ROLES) & set(changes):
        batch.released.append((pk, role))
        if changes[role][1] is not None:
            holder = people[changes[role][1]]
            batch.roles.append((pk, holder, role, moment.today, None, moment.at))
    if any(to.startswith(FACT_PREFIX) for to in changes):
        batch.facts.append((pk, sql.as_json(_facts(final))))
    before = {to: value for to, (value, _) in changes.items()}
    after = {to: value for to, (_, value) in changes.items()}
    _event(batch, row, pk, "pilot.edited", before, after, moment)
    _remember(batch, row, pk, moment)


def restore(cursor: CursorWrapper, fates: Sequence[Fate], moment: Moment) -> None:
    """Give pilots back what they said before an import changed it, but for their voyage."""
    pilots = {row.id: row for row in current([fate.pilot for fate in fates])}
    units_by_path = dict(Unit.objects.values_list("path", "pk"))
    people = {email.casefold(): pk for pk, email in User.objects.values_list("pk", "email")}
    batch = Batch()
    for fate in fates:
        pilot = pilots[fate.pilot]
        before = {to: value for to, (value, _) in fate.changes.items()}
        after = {to: value for to, (_, value) in fate.changes.items()}
        final = {**pilot.current, **before}
        edit: dict[str, Any] = {f: _column(f, final.get(f)) for f in FIELDS}
        edit |= {"id": pilot.id, **_named(final["name"])}
        edit["unit_id"] = units_by_path.get(before["unit"]) if "unit" in before else None
        batch.edits.append(edit)
        for role in set(ROLES) & set(before):
            batch.released.append((pilot.id, role))
            for email in (before[role] or "").split("; "):
                if email in people:
                    held = (pilot.id, people[email], role, moment.today, None, moment.at)
                    batch.roles.append(held)
        if any(to.startswith(FACT_PREFIX) for to in before):
            batch.facts.append((pilot.id, sql.as_json(_facts(final))))
        cells = {**(pilot.imported or {}), **before}
        known = {to: value for to, value in cells.items() if value is not None}
        batch.cells.append(
            (pilot.id, pilot.key, "", sql.as_json(known), moment.today, moment.run.pk)
        )
        reason = f"The import of {moment.run.file_name} was undone, row {fate.number}"
        by = moment.by.pk if moment.by else None
        said = (sql.as_json(after), sql.as_json(before))
        batch.events.append(
            (moment.at, pilot.id, by, "pilot.edited", moment.channel, *said, reason)
        )
    _flush(cursor, batch, moment.today)


def _entries(cells: dict[str, Any], today: date) -> dict[str, date]:
    days = {to: date.fromisoformat(cells[to]) for to in STAGE_DATES if cells.get(to)}
    return settle(cells["stage"], days, today)[0]


def _named(name: str) -> dict[str, str]:
    return {"name": name, "name_key": key(name)[:500]}


def _staged(path: Sequence[Leg], entries: dict[str, date]) -> dict[str, Any]:
    """What a pilot's row repeats of its intervals."""
    last = path[-1]
    return {
        "stage": last.stage, "stage_since": last.since, "stage_since_bound": last.bound,
        "first_production_on": entries.get("production"),
        "shipped": any(leg.stage == Stage.PRODUCTION for leg in path),
    }  # fmt: skip


def _column(field_name: str, value: Any) -> Any:
    """A plain cell as the column takes it: unknown is blank text, null, or not restricted."""
    if value is not None:
        return value
    if field_name == "restricted":
        return False
    return None if Pilot._meta.get_field(field_name).null else ""


def _interval(pk: int, leg: Leg, at: datetime) -> tuple[Any, ...]:
    return (pk, leg.stage, leg.since, leg.bound, leg.until, at)


def _facts(cells: dict[str, Any]) -> dict[str, Any]:
    return {
        to.removeprefix(FACT_PREFIX): value
        for to, value in cells.items()
        if to.startswith(FACT_PREFIX) and value is not None
    }


def _event(
    batch: Batch, row: RowPlan, pk: int, verb: str, before: dict[str, Any],
    after: dict[str, Any], moment: Moment,
) -> None:  # fmt: skip
    by = moment.by.pk if moment.by else None
    reason = f"Import of {moment.run.file_name}, row {row.draft.row}"
    batch.events.append(
        (moment.at, pk, by, verb, moment.channel, sql.as_json(before), sql.as_json(after), reason)
    )


def _remember(batch: Batch, row: RowPlan, pk: int, moment: Moment) -> None:
    """Keep what was written, unless the row was remembered just so before."""
    last = row.pilot
    if last and last.imported == row.cells and last.hash == row.draft.hash:
        return
    unit_key = row.draft.key
    batch.cells.append(
        (pk, unit_key, row.draft.hash, sql.as_json(row.cells), moment.today, moment.run.pk)
    )


def _intervals(ids: list[int]) -> dict[int, list[tuple[Leg, datetime]]]:
    """The present history of pilots, oldest first, with when each interval was recorded."""
    found: dict[int, list[tuple[Leg, datetime]]] = {pk: [] for pk in ids}
    rows = StageInterval.objects.filter(pilot_id__in=ids).order_by("since_bound", "id")
    for row in rows.iterator():
        leg = Leg(row.stage, row.since, row.since_bound, row.until)
        found[row.pilot_id].append((leg, row.recorded_at))
    for history in found.values():
        history.sort(key=lambda item: item[0].until is None)
    return found


def _flush(cursor: CursorWrapper, batch: Batch, today: date) -> None:
    if batch.pilots:
        sql.insert_pilots(cursor, batch.pilots)
    if batch.edits:
        sql.edit_pilots(cursor, batch.edits)
    if batch.retold:
        StageInterval.objects.filter(pilot_id__in=batch.retold).delete()
    sql.copy(cursor, StageInterval._meta.db_table, INTERVAL, batch.intervals)
    if batch.released:
        sql.release(cursor, batch.released, today)
    sql.copy(cursor, RoleAssignment._meta.db_table, ROLE, batch.roles)
    sql.upsert(cursor, PilotFacts, ("pilot_id", "values"), batch.facts)
    sql.copy(cursor, Event._meta.db_table, EVENT, batch.events)
    sql.upsert(cursor, ImportedCells, CELLS, batch.cells)


def _record(cursor: CursorWrapper, plan: Plan, batch: Batch, moment: Moment) -> None:
    """What became of each row, and every issue."""
    created = iter(p["id"] for p in batch.pilots)
    fates = [fate(row, next(created) if row.action == "created" else None) for row in plan.rows]
    sql.record_fates(cursor, fates, moment.run.pk)
    sql.record_issues(cursor, plan, moment.run.pk)


def fate(row: RowPlan, created: int | None = None) -> tuple[Any, ...]:
    """What `import_sql.record_fates` notes on a row."""
    pilot = row.pilot.id if row.pilot else created
    return (row.draft.row, row.action, pilot, sql.as_json(row.changes), row.problem)
