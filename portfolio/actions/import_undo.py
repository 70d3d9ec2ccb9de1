# ruff: noqa: S608 - table names come from the models, values are parameters
"""An applied import is taken back in one transaction: a compensating change with its events."""

from collections import Counter
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.models import User
from common import clock
from common.errors import Conflict, Refused
from portfolio.access import check_import
from portfolio.actions import flags, import_units
from portfolio.actions import import_sql as sql
from portfolio.actions.import_rows import EVENT, Moment, restore
from portfolio.actions.import_steps import ONE_AT_A_TIME
from portfolio.models import Event, ImportedCells, ImportRun, ImportState, Pilot, StageInterval
from portfolio.queries.import_undo import REMOVE, RESTORE, VOYAGE, Fate, undoing

AT_ONCE = 20_000  # rows that a request can wait for; more by command


def undo(*, run: ImportRun, by: User | None, channel: str) -> Counter[str]:
    """Remove what the import registered and give back what it changed, unless touched since.

    Returns how many pilots were removed, restored, and stay, and the same of the units that it
    made. The number of statements does not grow with the rows.
    """
    if by is not None:
        check_import(by)
        if run.rows > AT_ONCE:
            raise Refused(f"More than {AT_ONCE:,} rows are undone by command: undo_import {run.pk}")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if run.state != ImportState.APPLIED or run.undone_at:
            raise Conflict("This import is not there to be undone any more.")
        ids = list(run.records.exclude(pilot=None).values_list("pilot", flat=True))
        locked = Pilot.everything.select_for_update(of=("self",)).filter(pk__in=ids)
        list(locked.order_by("pk").values_list("pk", flat=True))
        plan = undoing(run, by)
        moment = Moment(run, by, channel, clock.today(), clock.now())
        _remove(cursor, [fate for fate in plan.fates if fate.does == REMOVE], moment)
        given = [fate for fate in plan.fates if fate.does == RESTORE]
        restore(cursor, given, moment)
        if plan.at:
            _sail_back(cursor, [f.pilot for f in given if VOYAGE & set(f.changes)], plan.at)
        run.undone_at, run.undone_by = moment.at, by
        run.save(update_fields=["undone_at", "undone_by"])
        units = import_units.take_back(run=run, by=by, channel=channel, removed=plan.removed)
    flags.sweep(refresh=True)
    return plan.counts + units


def _remove(cursor: CursorWrapper, fates: list[Fate], moment: Moment) -> None:
    """Out of everything, and out of the memory of imports: the corrected file makes new ones."""
    ids = [fate.pilot for fate in fates]
    if not ids:
        return
    numbers = dict(Pilot.objects.filter(pk__in=ids).values_list("pk", "external_id"))
    cursor.execute(
        f'UPDATE "{Pilot._meta.db_table}" SET removed_at = %s, external_id = %s, '
        "version = version + 1 WHERE id = ANY(%s)",
        [moment.at, "", ids],
    )
    ImportedCells.objects.filter(pk__in=ids).delete()
    by = moment.by.pk if moment.by else None
    why = f"The import of {moment.run.file_name} was undone"
    rows = (
        (
            moment.at, pk, by, "pilot.removed", moment.channel,
            sql.as_json({"external_id": number} if number else {}), "{}", why,
        )
        for pk, number in sorted(numbers.items())
    )  # fmt: skip
    sql.copy(cursor, Event._meta.db_table, EVENT, rows)


def _sail_back(cursor: CursorWrapper, ids: list[int], at: datetime) -> None:
    """Take out the stages that the import wrote; the last of the others is open again."""
    if not ids:
        return
    interval, pilot = StageInterval._meta.db_table, Pilot._meta.db_table
    StageInterval.objects.filter(pilot__in=ids, recorded_at=at).delete()
    cursor.execute(
        f'UPDATE "{interval}" s SET until = n.next FROM (SELECT id, lead(since_bound) OVER '
        f'(PARTITION BY pilot_id ORDER BY since_bound, id) AS next FROM "{interval}" '
        "WHERE pilot_id = ANY(%s)) n WHERE s.id = n.id AND s.until IS DISTINCT FROM n.next",
        [ids],
    )
    cursor.execute(
        f'UPDATE "{pilot}" p SET stage = s.stage, stage_since = s.since, '
        "stage_since_bound = s.since_bound, shipped = f.shipped, first_production_on = f.first "
        f'FROM "{interval}" s, LATERAL (SELECT coalesce(bool_or(true), false) AS shipped, '
        f'min(since) AS first FROM "{interval}" i WHERE i.pilot_id = s.pilot_id '
        "AND i.stage = 'production') f "
        "WHERE s.pilot_id = p.id AND s.until IS NULL AND p.id = ANY(%s)",
        [ids],
    )
