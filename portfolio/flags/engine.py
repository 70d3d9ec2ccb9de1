"""Builds the SQL of a sweep: candidates of all rules, then what opens and what closes; and the
same again for the late rules, which read the flags of the others.

A full sweep puts the candidates into a temporary table with statistics; a sweep of a few pilots
is one statement, prepared once per connection: reading and planning it takes ten times as long as
running it. No loop over pilots anywhere, and a run that finds nothing new writes no row.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    F,
    Field,
    Func,
    IntegerField,
    JSONField,
    TextField,
)

from portfolio.flags import limits
from portfolio.flags.registry import Rule, all_pilots, rules
from portfolio.querysets import PilotQuerySet

Params = tuple[Any, ...]

TABLE = "flag_candidate"
SWEEPING = 7_302  # advisory lock: one full sweep at a time
TYPES: "tuple[tuple[type[Field[Any, Any]], str], ...]" = (
    (DateField, "date"),
    (IntegerField, "integer"),
    (BooleanField, "boolean"),
    (CharField, "text"),
    (TextField, "text"),
    (JSONField, "jsonb"),
)


@dataclass
class Outcome:
    """How many flags of each rule opened and closed, and (full sweeps) are open now."""

    opened: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    oldest: int = 0  # The oldest transaction a full sweep may have missed; see `changed_since`.


def select_sql(queryset: PilotQuerySet, *columns: str) -> tuple[str, Params] | None:
    """The SELECT of these columns, or None when the query cannot find anything.

    Django raises EmptyResultSet instead of writing such a query; here is the only place that
    has to know.
    """
    try:
        return queryset.values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return None


@dataclass(frozen=True)
class Candidates:
    """One SELECT of all rules: rule, pilot_id, since, severity, and the facts in typed columns.

    Facts stay typed until a flag opens: building JSON for every flag that merely stays open
    would cost more than the rest of the sweep.
    """

    sql: str
    params: Params
    facts_sql: str


class _Asked(Func):
    """Is it one of the pilots asked for? They are the first parameter of a prepared statement."""

    template = "(%(expressions)s = ANY($1))"
    output_field = BooleanField()


Phase = tuple[Rule, ...]
Frozen = tuple[tuple[str, tuple[limits.Setting, ...]], ...]


def phases() -> tuple[Phase, ...]:
    """The rules in the order they are reconciled: those that look at flags come last."""
    late = tuple(rule for rule in rules.values() if rule.late)
    early = tuple(rule for rule in rules.values() if not rule.late)
    return (early, late) if late else (early,)


def candidates(as_of: date, known: Phase) -> Candidates:
    """These rules over all pilots."""
    return _compiled(known, _frozen(limits.load()), as_of, whole=True)


@lru_cache(maxsize=16)
def _compiled(known: Phase, settings: Frozen, as_of: date, *, whole: bool) -> Candidates:
    """Kept, as building the SQL of every rule takes longer than running it for a few pilots. A
    rule may not look at anything but the day and its limit while its SQL is built."""
    everyone = all_pilots() if whole else all_pilots().filter(_Asked(F("pk")))
    return _compile(known, dict(settings), as_of, everyone)


def _frozen(settings: limits.Settings) -> Frozen:
    return tuple((code, tuple(sorted(rows, key=repr))) for code, rows in sorted(settings.items()))


def _compile(
    known: Sequence[Rule], settings: limits.Settings, as_of: date, everyone: PilotQuerySet
) -> Candidates:
    found = []
    for rule in known:
        scoped = everyone.annotate(limit=limits.expression(rule, settings))
        chosen = rule.candidates(scoped, as_of)
        graded = ("severity",) if rule.graded else ()
        select = select_sql(chosen, "pk", "since", *graded, *rule.facts)
        if select:
            found.append((rule, select, [_type(chosen, name) for name in rule.facts]))
    return _union(found)


def _union(found: Sequence[tuple[Rule, tuple[str, Params], list[str]]]) -> Candidates:
    width: Counter[str] = Counter()
    for _, _, types in found:
        width |= Counter(types)
    slots = [f"{kind}_{n}" for kind in sorted(width) for n in range(width[kind])]
    parts: list[str] = []
    params: list[Any] = []
    facts: list[str] = []
    common = ["pilot_id", "since"]
    for rule, (sql, values), types in found:
        seen: Counter[str] = Counter()
        given = {}
        for name, kind in zip(rule.facts, types, strict=True):
            given[f"{kind}_{seen[kind]}"] = name
            seen[kind] += 1
        names = [f"fact_{n}" for n in range(len(types))]
        graded = ["severity"] if rule.graded else []
        severity = "severity" if rule.graded else "NULL"
        source = dict(zip(given, names, strict=True))
        columns = [
            f"{source.get(slot, 'NULL')}::{slot.rsplit('_', 1)[0]} AS {slot}" for slot in slots
        ]
        head = [f"{_literal(rule.code)}::text AS rule", *common, f"{severity}::text AS severity"]
        parts.append(
            f"SELECT {', '.join([*head, *columns])} "  # noqa: S608
            f"FROM ({sql}) AS found ({', '.join([*common, *graded, *names])})"
        )
        params.extend(values)
        pairs = ", ".join(f"{_literal(name)}, c.{slot}" for slot, name in given.items())
        facts.append(f"WHEN {_literal(rule.code)} THEN jsonb_build_object({pairs})")
    if not parts:
        return Candidates(
            "SELECT ''::text AS rule, 0::bigint AS pilot_id, NULL::date AS since, "
            "NULL::text AS severity WHERE false",
            (),
            "'{}'::jsonb",
        )
    return Candidates(
        "\nUNION ALL\n".join(parts), tuple(params), f"CASE c.rule {' '.join(facts)} END"
    )


def sweep_all(as_of: date, at: datetime, *, refresh: bool) -> Outcome:
    """Reconcile every flag; run it inside a transaction.

    `refresh` also renews the facts of flags that stay open, which only new data can change.
    """
    outcome = Outcome()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SWEEPING])
        outcome.oldest = oldest_open()
        cursor.execute("SET LOCAL jit = off")
        for known in phases():
            _reconcile(cursor, known, as_of, at, outcome, refresh=refresh)
    return outcome


def _reconcile(
    cursor: Any, known: Phase, as_of: date, at: datetime, outcome: Outcome, *, refresh: bool
) -> None:
    chosen = candidates(as_of, known)
    cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} ON COMMIT DROP AS {chosen.sql}", chosen.params)
    cursor.execute(f"ANALYZE {TABLE} (rule, pilot_id)")
    cursor.execute(_refresh_sql(chosen) if refresh else _grade_sql())
    # The first sweep of a large import finds the table of flags empty by its statistics. A
    # nested loop over it would walk the rows that the same statement inserts: quadratic.
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(_counted(_close_sql(known, "")), [at])
    outcome.closed.update(dict(cursor.fetchall()))
    cursor.execute(_counted(_open_sql(chosen)), [at])
    outcome.opened.update(dict(cursor.fetchall()))
    cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    cursor.execute(f"SELECT rule, count(*) FROM {TABLE} GROUP BY rule")  # noqa: S608
    outcome.open.update(dict(cursor.fetchall()))
    cursor.execute(f"DROP TABLE {TABLE}")  # The transaction may go on and sweep again.


# The oldest transaction of this database that is open, else the next one; its number goes round,
# so that "before" is less than half a circle behind. A transaction that begins while this is read
# has a number from `next` on.
_OLDEST = """
SELECT (next - coalesce(max(behind), 0) + 4294967296) % 4294967296
FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint & 4294967295 AS next) AS now
LEFT JOIN LATERAL (
    SELECT (next - backend_xid::text::bigint + 4294967296) % 4294967296 AS behind
    FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL
) AS open ON behind < 2147483648
GROUP BY next
"""


def oldest_open() -> int:
    """What a later statement sees was written by older transactions, or perhaps by this one or
    later ones."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        [(number,)] = cursor.fetchall()
    return int(number)


def changed_since(oldest: int, at: datetime) -> list[int]:
    """Pilots with an event since then that a sweep may not have seen whole.

    What transactions older than `oldest` wrote, it saw; so an import that was finished before is
    not looked at again. A subtransaction has a larger number than its parent, so it counts as
    open as long as the parent is.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT pilot_id FROM portfolio_event "
            "WHERE at >= %s AND pilot_id IS NOT NULL "
            "AND (xmin::text::bigint - %s + 4294967296) %% 4294967296 < 2147483648 "
            "ORDER BY pilot_id",
            [at, oldest],
        )
        return [pilot for (pilot,) in cursor.fetchall()]


# Up to so many pilots a plan made for any number is faster than planning for just them: measured
# in 100,000, 5 ms instead of 38 for one, 166 instead of 229 for 1,000, but 1.9 s instead of 1.5
# for 10,000.
FEW = 3_000
_prepared: "WeakKeyDictionary[Any, dict[bool, tuple[object, str]]]" = WeakKeyDictionary()
_numbers = count(1)


def sweep_some(pilot_ids: Sequence[int], as_of: date, at: datetime) -> Outcome:
    """Reconcile the flags of a few pilots, in one statement a phase."""
    outcome = Outcome()
    mode = "force_generic_plan" if len(pilot_ids) <= FEW else "force_custom_plan"
    with connection.cursor() as cursor:
        for known in phases():
            name = _prepare(cursor.cursor, known, as_of)
            cursor.execute(
                f"SET LOCAL plan_cache_mode = {mode}; EXECUTE {name} (%s::bigint[], %s)",
                [list(pilot_ids), at],
            )
            cursor.nextset()  # Inside a request pghistory has gone on to the last result already.
            for what, rule, number in cursor.fetchall():
                (outcome.closed if what == "closed" else outcome.opened)[rule] = number
    return outcome


def _prepare(cursor: Any, known: Phase, as_of: date) -> str:
    """The name of the statement of this phase on this connection; made anew on another day and
    with other limits. Prepared statements outlive a rollback, and end with the connection."""
    settings = _frozen(limits.load())
    wanted = (known, settings, as_of)
    mine = _prepared.setdefault(cursor.connection, {})
    late = any(rule.late for rule in known)
    kept, name = mine.get(late, (None, ""))
    if kept == wanted:
        return name
    chosen = _compiled(known, settings, as_of, whole=False)
    with connection.wrap_database_errors:
        if name:
            del mine[late]
            cursor.execute(f"DEALLOCATE {name}")
        name = f"pilotage_sweep_{next(_numbers)}"
        closing = _close_sql(known, "AND f.pilot_id = ANY($1)", at="$2")
        cursor.execute(
            f"PREPARE {name} (bigint[], timestamptz) AS "  # noqa: S608
            f"WITH {TABLE} AS MATERIALIZED ({chosen.sql}), closed AS ({closing}), "
            f"renewed AS ({_refresh_sql(chosen)}), opened AS ({_open_sql(chosen, at='$2')}) "
            "SELECT 'closed', rule, count(*) FROM closed GROUP BY rule UNION ALL "
            "SELECT 'opened', rule, count(*) FROM opened GROUP BY rule",
            chosen.params,
        )
    mine[late] = (wanted, name)
    return name


def _close_sql(known: Phase, only: str, at: str = "%s") -> str:
    """Flags of rules that are gone close with those of the first phase."""
    late = ", ".join(_literal(rule.code) for rule in rules.values() if rule.late)
    if late:
        only += f" AND f.rule {'IN' if known[0].late else 'NOT IN'} ({late})"
    return (
        f"UPDATE portfolio_flag f SET closed_at = {at} "  # noqa: S608
        f"WHERE f.closed_at IS NULL {only} AND NOT EXISTS (SELECT FROM {TABLE} c "
        "WHERE c.pilot_id = f.pilot_id AND c.rule = f.rule) RETURNING f.rule"
    )


def _open_sql(chosen: Candidates, at: str = "%s") -> str:
    severities = " ".join(
        f"WHEN {_literal(rule.code)} THEN {_literal(rule.severity)}" for rule in rules.values()
    )
    usual = f"CASE c.rule {severities} END" if severities else "'L'"
    severity = f"COALESCE(c.severity, {usual})"
    return (
        "INSERT INTO portfolio_flag "  # noqa: S608
        "(pilot_id, rule, severity, since, facts, opened_at, snooze_reason) "
        f"SELECT c.pilot_id, c.rule, {severity}, c.since, {chosen.facts_sql}, {at}, '' "
        f"FROM {TABLE} c WHERE NOT EXISTS (SELECT FROM portfolio_flag f "
        "WHERE f.pilot_id = c.pilot_id AND f.rule = c.rule AND f.closed_at IS NULL) "
        "ON CONFLICT (pilot_id, rule) WHERE closed_at IS NULL DO NOTHING RETURNING rule"
    )


def _refresh_sql(chosen: Candidates) -> str:
    return (
        "UPDATE portfolio_flag f SET facts = n.facts, severity = COALESCE(n.severity, f.severity) "  # noqa: S608
        f"FROM (SELECT c.pilot_id, c.rule, c.severity, {chosen.facts_sql} AS facts FROM {TABLE} c) "
        "n WHERE f.pilot_id = n.pilot_id AND f.rule = n.rule AND f.closed_at IS NULL "
        "AND (f.facts IS DISTINCT FROM n.facts OR f.severity <> n.severity)"
    )


def _grade_sql() -> str:
    """A flag of a graded rule grows heavier or lighter while it is open; its since stays."""
    return (
        f"UPDATE portfolio_flag f SET severity = c.severity FROM {TABLE} c "  # noqa: S608
        "WHERE c.severity IS NOT NULL AND f.pilot_id = c.pilot_id AND f.rule = c.rule "
        "AND f.closed_at IS NULL AND f.severity <> c.severity"
    )


def _counted(statement: str) -> str:
    return f"WITH touched AS ({statement}) SELECT rule, count(*) FROM touched GROUP BY rule"  # noqa: S608


def _type(queryset: PilotQuerySet, name: str) -> str:
    """The SQL type of a fact: an annotation or a field of the pilot."""
    annotation = queryset.query.annotations.get(name)
    output = annotation.output_field if annotation else queryset.model._meta.get_field(name)
    for kind, sql_type in TYPES:
        if isinstance(output, kind):
            return sql_type
    raise TypeError(f"The fact {name!r} is a {type(output).__name__}, which flags cannot keep.")


def _literal(text: str) -> str:
    """A code or a fact's name as an SQL literal; the registry lets identifiers only pass."""
    return f"'{text}'"
