"""Deterministic portfolios of any size, written by set-based SQL as the superuser.

Triggers are off while seeding: the benchmark reads the present, not the history of how it came.
"""

from __future__ import annotations

import psycopg

from bench.cluster import Cluster
from bench.web import manage

UNITS, PEOPLE, EVENTS = 220, 1_000, 100_000
EMAIL = "manager@bench.example"

STATEMENTS = (
    # Twenty departments with ten teams each.
    """INSERT INTO accounts_unit (id, name, name_key, parent_id, lineage, path)
       SELECT i, 'Department ' || i, 'department ' || i, NULL, '/' || i || '/', 'Department ' || i
       FROM generate_series(1, 20) i""",
    """INSERT INTO accounts_unit (id, name, name_key, parent_id, lineage, path)
       SELECT 20 + i, 'Team ' || i, 'team ' || i, 1 + (i - 1) / 10,
              '/' || (1 + (i - 1) / 10) || '/' || (20 + i) || '/',
              'Department ' || (1 + (i - 1) / 10) || ' / Team ' || i
       FROM generate_series(1, 200) i""",
    """INSERT INTO accounts_user (id, password, is_superuser, email, name, is_active, is_internal,
              is_staff, must_change_password, date_joined, time_zone, digest_enabled,
              digest_weekday, digest_hour)
       SELECT i, '!', false, 'person' || i || '@bench.example', 'Person ' || i, true, true,
              false, false, now(), '', true, 0, 8
       FROM generate_series(1, %(people)s) i""",
    """UPDATE accounts_user SET email = 'manager@bench.example', is_superuser = true,
              is_staff = true WHERE id = 1""",
    """INSERT INTO accounts_membership (user_id, role, unit_id, since, until)
       VALUES (1, 'portfolio_manager', NULL, '2020-01-01', NULL),
              (1, 'administrator', NULL, '2020-01-01', NULL)""",
    # A fifth in each active stage, some ended; entry dates over two years, one in ten unknown.
    """INSERT INTO portfolio_pilot (id, name, name_key, summary, unit_id, external_id,
              registered_on, restricted, hold_reason, version, stage, stage_since,
              stage_since_bound, shipped, health, last_update_on, problem, hypothesis, ready_when,
              stop_when, planned_outlet, decide_by, audience, data_class, task_type, form, hosting,
              build_basis, deploy, integration, monthly_burn)
       SELECT i, words[1 + i %% 16] || ' ' || words[1 + (i / 16) %% 16] || ' ' || i,
              lower(words[1 + i %% 16] || ' ' || words[1 + (i / 16) %% 16] || ' ' || i),
              'Reads what comes in and proposes what to do next.', 21 + i %% 200, '',
              current_date - 30, i %% 97 = 0, '', 1,
              stages[1 + i %% 12],
              CASE WHEN i %% 10 = 0 THEN NULL
                   ELSE current_date - (i::bigint * 7919 %% 700)::int END,
              current_date - (i::bigint * 7919 %% 700)::int,
              stages[1 + i %% 12] IN ('production', 'retired'),
              CASE WHEN i %% 3 = 0 THEN '' ELSE healths[1 + i %% 5] END,
              CASE WHEN i %% 3 = 0 THEN NULL ELSE current_date - (i * 31 %% 60) END,
              '', '', '', '', '',
              CASE WHEN i %% 4 = 0 THEN NULL ELSE current_date + (i * 13 %% 200) - 100 END,
              CASE WHEN i %% 2 = 0 THEN 'internal' ELSE 'customer' END, '', '', '', '', '', '', '',
              CASE WHEN i %% 5 = 0 THEN NULL ELSE (i * 37 %% 20000)::numeric END
       FROM generate_series(1, %(pilots)s) i,
            (SELECT ARRAY['Invoice','Claims','Contract','Churn','Route','Stock','Fraud','Email',
                          'Ticket','Price','Meter','Quality','Credit','Search','Voice','Image']
                    AS words,
                    ARRAY['idea','idea','poc','poc','poc','pilot','pilot','rollout','production',
                          'production','retired','stopped'] AS stages,
                    ARRAY['on_track','on_track','on_track','at_risk','off_track'] AS healths) w""",
    """INSERT INTO portfolio_stageinterval (pilot_id, stage, since, since_bound, until, recorded_at)
       SELECT id, stage, stage_since, stage_since_bound, NULL, now() FROM portfolio_pilot""",
    """INSERT INTO portfolio_roleassignment (pilot_id, person_id, role, since, until, accepted_on,
              recorded_at)
       SELECT id, 1 + id %% %(people)s, 'owner', current_date - 20, NULL, NULL, now()
       FROM portfolio_pilot WHERE id %% 5 <> 0""",
    """INSERT INTO portfolio_metric (pilot_id, name, unit, direction, baseline, target, due,
              cadence_days, since, until)
       SELECT id, 'Hours saved', 'h', 'up', 0, 100, NULL, 30, current_date - 20, NULL
       FROM portfolio_pilot WHERE id %% 2 = 0""",
    """INSERT INTO portfolio_update (pilot_id, author_id, "on", posted_at, health, note, next_step,
              next_step_due, channel, token)
       SELECT id, 1 + id %% %(people)s, last_update_on, last_update_on::timestamptz, health,
              'Went as planned.', 'Next review', current_date + 7, 'web', gen_random_uuid()
       FROM portfolio_pilot WHERE last_update_on IS NOT NULL AND health <> ''""",
    # PIL-4 has a long life, others a little: what histories and timelines walk.
    """INSERT INTO portfolio_event (at, pilot_id, actor_id, verb, channel, before, after, reason)
       SELECT now() - i * interval '7 minutes',
              CASE WHEN i %% 2 = 0 THEN 4 ELSE 1 + i %% %(pilots)s END,
              1 + i %% %(people)s, 'pilot.edited', 'web', '{"budget": "1"}', '{"budget": "2"}', ''
       FROM generate_series(1, 2 * %(events)s) i""",
)
# What beat does every minute: keep the Overview's counts of large portfolios ready.
COUNT = "from portfolio.actions import rollup; rollup.refresh()"
FILLED = (
    "accounts_unit", "accounts_user", "accounts_membership", "portfolio_pilot",
    "portfolio_stageinterval", "portfolio_roleassignment", "portfolio_metric", "portfolio_update",
)  # fmt: skip
TABLES = ("accounts_unit", "accounts_user", "portfolio_pilot")


def seed(cluster: Cluster, name: str, pilots: int) -> None:
    """Make the database, migrate it, fill it, sweep it once, and vacuum it."""
    cluster.create(name)
    environment = cluster.environment(name)
    manage("migrate", environment=environment)
    with cluster.connect(name) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET max_parallel_workers_per_gather = 2")
        defaults = _missing(connection)
        for table, column, value in defaults:
            connection.execute(f'ALTER TABLE {table} ALTER "{column}" SET DEFAULT {value}')
        for statement in STATEMENTS:
            numbers = {"pilots": pilots, "people": PEOPLE, "events": EVENTS}
            connection.execute(statement, numbers)
        for table, column, _ in defaults:
            connection.execute(f'ALTER TABLE {table} ALTER "{column}" DROP DEFAULT')
        for table in TABLES:
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                f"(SELECT max(id) FROM {table}))"
            )
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("ANALYZE")  # Autovacuum is off here; a plan without it takes for ever.
    manage("sweep_flags", environment=environment)
    manage("shell", "--no-imports", "-c", COUNT, environment=environment)
    with cluster.connect(name) as connection:
        connection.execute("VACUUM ANALYZE")


EMPTY = {"boolean": "false", "integer": "0", "smallint": "0", "bigint": "0", "ARRAY": "'{}'",
         "character varying": "''", "text": "''", "jsonb": "'{}'", "uuid": "gen_random_uuid()",
         "timestamp with time zone": "now()"}  # fmt: skip
SAID = {"page_size": "50", "landing": "'overview'", "version": "1", "standing": "true"}


def _missing(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    """Columns that must have a value and that Django fills: the statements above name only those
    that matter to a list, so that a new column elsewhere does not stop the benchmark."""
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL "
        "AND is_identity = 'NO' AND is_generated = 'NEVER' AND table_name = ANY(%s)",
        [list(FILLED)],
    ).fetchall()
    return [
        (table, column, SAID.get(column) or EMPTY[kind])
        for table, column, kind in rows
        if kind in EMPTY
    ]


OURS = "config.backends.WithPreferences"
DJANGO = "django.contrib.auth.backends.ModelBackend"


def session(cluster: Cluster, name: str, secret: str, backend: str = OURS) -> str:
    """A cookie that signs the manager in, made by the product's own session store."""
    code = (
        "from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY;"
        "from django.contrib.sessions.backends.db import SessionStore;"
        "from accounts.models import User;"
        "user = User.objects.get(pk=1); store = SessionStore();"
        "store[SESSION_KEY] = str(user.pk);"
        f"store[BACKEND_SESSION_KEY] = {backend!r};"
        "store[HASH_SESSION_KEY] = user.get_session_auth_hash();"
        "store.create(); print(store.session_key)"
    )
    environment = cluster.environment(name) | {"SECRET_KEY": secret}
    key = manage("shell", "--no-imports", "-c", code, environment=environment).strip()
    return f"sessionid={key}"
