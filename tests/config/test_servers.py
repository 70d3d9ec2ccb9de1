"""The test servers themselves: who is logged in, and what that login may not do."""

import pytest
from django.db import DatabaseError, connection

pytestmark = pytest.mark.django_db


def test_tests_use_the_application_login() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("pilotage_app",)


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine (id int)", "DELETE FROM django_migrations", "DROP TABLE django_session"],
)
def test_the_application_login_changes_no_table(statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_commits_is_gone_afterwards(time: str) -> None:
    from django.contrib.sessions.models import Session
    from django.utils.timezone import now

    assert not Session.objects.exists()
    Session.objects.create(session_key=time, session_data="", expire_date=now())
