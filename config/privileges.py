"""Two database logins: the owner changes tables, the application only rows.

`migrate` runs as the owner. Afterwards the application's login gets what it needs, and on
append-only tables (a model with `append_only = True`, and every row history) nothing but reading
and inserting; of a model with `changeable_columns` it may change only these. See
docs/adr/0001-two-database-logins.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, models, transaction
from psycopg import sql

LOGIN_KEYS = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextmanager
def as_owner() -> Iterator[str]:
    """Inside, the default connection is the owner's. Yields the application's login."""
    usual = {key: connection.settings_dict[key] for key in LOGIN_KEYS}
    if settings.OWNER_DATABASE is None:
        yield usual["USER"]
        return
    connections["default"].close()
    connection.settings_dict.update({key: settings.OWNER_DATABASE[key] for key in LOGIN_KEYS})
    try:
        yield usual["USER"]
    finally:
        connections["default"].close()
        connection.settings_dict.update(usual)


def append_only_tables() -> list[str]:
    """Tables whose rows nobody may change or delete, the owner excepted."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if _append_only(model)
    )


def changeable_columns() -> dict[str, tuple[str, ...]]:
    """Columns the application may change, of tables on which it may change no others."""
    return {
        model._meta.db_table: columns
        for model in apps.get_models()
        if (columns := getattr(model, "changeable_columns", ()))
    }


def _append_only(model: type[models.Model]) -> bool:
    from pghistory.models import Event

    return bool(getattr(model, "append_only", False)) or issubclass(model, Event)


def prepare_tables(login: str) -> None:
    """After migrating, as the owner: the cache table, and what the application's login may do."""
    call_command("createcachetable", verbosity=0)
    if connection.settings_dict["USER"] == login:
        return
    names = {"login": sql.Identifier(login)}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(**names))
        present = set(connection.introspection.table_names(cursor))
        for table in present.intersection(append_only_tables()):
            statement = "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {login}"
            cursor.execute(sql.SQL(statement).format(table=sql.Identifier(table), **names))
        for table, columns in changeable_columns().items():
            if table in present:
                statement = (
                    "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {login};"
                    "GRANT UPDATE ({columns}) ON {table} TO {login}"
                )
                which = sql.SQL(", ").join(map(sql.Identifier, columns))
                named = {"table": sql.Identifier(table), "columns": which, **names}
                cursor.execute(sql.SQL(statement).format(**named))
        for function in FUNCTIONS:
            cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
            if (row := cursor.fetchone()) and row[0]:
                grant = f"GRANT EXECUTE ON FUNCTION {function} TO {{login}}"
                cursor.execute(sql.SQL(grant).format(**names))


# What the application may do with the owner's rights; see the migration that makes each.
FUNCTIONS = ("public.pilotage_forget_person(bigint, boolean)",)
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {login}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {login}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {login}",
    # What is migrated is the owner's business.
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {login}",
)
