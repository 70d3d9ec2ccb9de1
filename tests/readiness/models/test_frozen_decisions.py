"""Nobody changes a decision: not the application's login, not even the owner of the tables."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from readiness.models import Decision
from readiness.queries.packet import digest
from tests.conftest import superuser
from tests.factories import Cast, make_cast, pilot
from tests.factories.decided import decide

CHANGES = {
    "update": "UPDATE readiness_decision SET reason = 'Another one'",
    "snapshot": "UPDATE readiness_decision SET snapshot = '{}'::jsonb",
    "delete": "DELETE FROM readiness_decision",
    "truncate": "TRUNCATE readiness_decision CASCADE",
}


@pytest.fixture
def decision(cast: Cast) -> Decision:
    return decide(pilot(cast.mona, owner=cast.alice, stage="poc"), cast.mona, cast.ed)


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_the_applications_login_may_only_read_and_insert(
    decision: Decision, statement: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("pilotage_app",)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Decision.objects.get().reason == "It works."


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection]:
    """The login that owns the tables and migrates, on a connection of its own."""
    name = connection.settings_dict["NAME"]
    with superuser() as admin:
        host, port = admin.info.host, admin.info.port
    with psycopg.connect(
        host=host, port=port, dbname=str(name), user="pilotage_owner",
        password=_password("DATABASE_OWNER_URL"), autocommit=True,
    ) as found:  # fmt: skip
        yield found


def _password(variable: str) -> str:
    return urlsplit(os.environ[variable]).password or ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", list(CHANGES))
def test_a_trigger_stops_the_owner_too(owner: psycopg.Connection, name: str) -> None:
    cast = make_cast()
    decide(pilot(cast.mona, owner=cast.alice, stage="poc"), cast.mona, cast.ed)
    with pytest.raises(psycopg.Error, match="Cannot"):
        owner.execute(CHANGES[name])  # type: ignore[call-overload]
    kept = Decision.objects.get()
    assert kept.digest == digest(kept.snapshot)
