# ruff: noqa: S608 - table names come from the models, values are parameters
"""What a worker does with an import: read the file, try it out, apply it.

Each step claims the run, so that one worker at a time has it, and each write of a run
is fenced by the claim. A worker that dies leaves the run to the next one.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import batched
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from common import clock, queue
from common.errors import Conflict, Sentence
from common.registry import import_notes
from portfolio.actions import flags
from portfolio.actions import import_sql as sql
from portfolio.actions.import_rows import Moment, Tick, fate, write
from portfolio.models import ImportRow, ImportRun, ImportState
from portfolio.queries import imports as queries
from portfolio.transfer import propose
from portfolio.transfer.drafts import drafts
from portfolio.transfer.mapping import Mapping, load
from portfolio.transfer.plan import Plan, plan
from portfolio.transfer.reader import Table, read_bytes

log = logging.getLogger(__name__)
LEASE = 240.0  # seconds; every tick renews it
ATTEMPTS_MAX = 15
STAGED_AT_ONCE = 2_000
MOST_CONFLICTS = 2_000
ONE_AT_A_TIME = 7_402  # advisory lock: two imports never compare with the same pilots
UNEXPECTED = "Something unexpected happened; the log says more. Nothing was written."
GAVE_UP = "The worker stopped several times while it worked on this file."


def work() -> int:
    """Do every step that waits; how many were done."""
    steps: tuple[tuple[str, str, Callable[[queue.Ticket, ImportRun], None]], ...] = (
        (ImportState.UPLOADED, ImportState.READING, _read),
        (ImportState.TO_CHECK, ImportState.CHECKING, _check),
        (ImportState.TO_APPLY, ImportState.APPLYING, _apply),
    )
    done = 0
    for ready, into, step in steps:
        while tickets := queue.claim(
            ImportRun, ready=[ready], into=into, retake=[into], limit=1, lease=LEASE,
            attempts_max=ATTEMPTS_MAX,
        ):  # fmt: skip
            done += 1
            guarded(tickets[0], into, step)
    states = [into for _, into, _ in steps]
    queue.expire(
        ImportRun, states=states, into=ImportState.FAILED, attempts_min=ATTEMPTS_MAX,
        problem=GAVE_UP,
    )  # fmt: skip
    return done


def guarded(
    ticket: queue.Ticket, state: str, step: Callable[[queue.Ticket, ImportRun], None]
) -> None:
    """Do a step; what stops it is written to the run, for the person who waits."""
    run = ImportRun.objects.select_related("by").get(pk=ticket.pk)
    try:
        step(ticket, run)
    except Sentence as error:
        fail(ticket, state, error.sentence)
    except Exception:
        log.exception("Import %s failed while %s.", ticket.pk, state)
        fail(ticket, state, UNEXPECTED)


def fail(ticket: queue.Ticket, state: str, problem: str) -> None:
    """End a run with a sentence."""
    now = clock.now()
    queue.advance(
        ImportRun, ticket, state, into=ImportState.FAILED, problem=problem, finished_at=now
    )


def _read(ticket: queue.Ticket, run: ImportRun) -> None:
    """File to staged records and a proposed mapping."""
    options = (run.mapping or {}).get("file") or {}
    table = read_bytes(bytes(run.upload.content), **options)
    run.records.all().delete()
    with progress(run.pk, ticket.attempt) as tick:
        stage(run, table, tick)
    mapping, proposals = propose.propose(table)
    document = {**mapping.document(), "file": options}
    queue.advance(
        ImportRun, ticket, ImportState.READING, into=ImportState.MAPPING, found=found_of(table),
        proposals=[asdict(p) for p in proposals], mapping=document, rows=len(table.rows),
    )  # fmt: skip


def stage(run: ImportRun, table: Table, tick: Tick) -> None:
    """Keep the records as they came, in batches that are committed one by one."""
    done = 0
    for batch in batched(table.rows, STAGED_AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            sql.stage_rows(cursor, run.pk, batch)
        done += len(batch)
        tick(done)


def found_of(table: Table) -> dict[str, Any]:
    """All of a table but its rows, as JSON."""
    found = asdict(table)
    del found["rows"]
    found["flaws"] = [[row, column, why] for (row, column), why in table.flaws.items()]
    return found


def staged(run: ImportRun) -> Table:
    """The table again, from the staged records."""
    found = dict(run.found)
    found["flaws"] = {(row, column): why for row, column, why in found["flaws"]}
    for name in ("headers", "sheets", "notes"):
        found[name] = tuple(found[name])
    records = ImportRow.objects.filter(run=run).order_by("number")
    return Table(rows=list(records.values_list("number", "cells")), **found)


def made(table: Table, mapping: Mapping, by: User | None, *, lock: bool = False) -> Plan:
    """The plan of a table against the pilots as they are now."""
    rows = list(drafts(table, mapping, queries.directory(), clock.today()))
    pilots = queries.existing(rows, by, lock=lock)
    found = plan(table, mapping, rows, pilots, queries.managed_paths(by))
    found.notes += [word for say in import_notes.values() for word in say(found.moves())]
    return found


def result_of(done: Plan) -> dict[str, Any]:
    """What a run keeps of a plan."""
    return {
        "counts": done.counts(),
        "columns": [asdict(c) for c in done.columns],
        "conflicts": [asdict(c) for c in done.conflicts[:MOST_CONFLICTS]],
        "notes": done.notes,
    }


def _check(ticket: queue.Ticket, run: ImportRun) -> None:
    """The dry run: everything but the writing."""
    done = made(staged(run), load(run.mapping), run.by)
    fates = [fate(row) for row in done.rows]
    with transaction.atomic(), connection.cursor() as cursor:
        sql.record_fates(cursor, fates, run.pk)
        sql.record_issues(cursor, done, run.pk)
        if not queue.advance(
            ImportRun, ticket, ImportState.CHECKING, into=ImportState.CHECKED, **result_of(done)
        ):
            raise Conflict("Another worker took this import over.")


def _apply(ticket: queue.Ticket, run: ImportRun) -> None:
    apply(run, ticket, staged(run), load(run.mapping))


def apply(run: ImportRun, ticket: queue.Ticket, table: Table, mapping: Mapping) -> Plan:
    """Compare again and write everything in one transaction, or nothing; then sweep."""
    with progress(run.pk, ticket.attempt) as tick, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        done = made(table, mapping, run.by, lock=True)
        moment = Moment(run, run.by, run.channel, clock.today(), clock.now())
        write(plan=done, moment=moment, tick=tick)
        if not queue.advance(
            ImportRun, ticket, ImportState.APPLYING, into=ImportState.APPLIED,
            finished_at=clock.now(), progress=len(table.rows), units=run.units, **result_of(done),
        ):  # fmt: skip
            raise Conflict("Another worker took this import over.")
    flags.sweep(refresh=True)
    return done


@contextmanager
def progress(run: int, attempt: int) -> Iterator[Tick]:
    """Note how far a run is on a connection of its own: seen before the work commits."""
    aside = connection.copy()

    def tick(done: int) -> None:
        with aside.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{ImportRun._meta.db_table}" SET progress = %s, '
                "lease_until = clock_timestamp() + make_interval(secs => %s) "
                "WHERE id = %s AND attempt = %s AND lease_until IS NOT NULL",
                [done, LEASE, run, attempt],
            )

    try:
        yield tick
    finally:
        aside.close()
