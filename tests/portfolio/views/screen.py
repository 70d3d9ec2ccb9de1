"""What screen tests share: signing in, htmx, and counting statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User

HTMX = {"HX-Request": "true"}


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: Any) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


@contextmanager
def counting() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as queries:
        yield queries


def statements(client: Client, url: str, **headers: str) -> int:
    """SQL statements of one GET, session and user included."""
    client.get(url, headers=headers)  # What is looked up once per process is looked up now.
    with counting() as queries:
        response = client.get(url, headers=headers)
    assert response.status_code == 200
    return len([q for q in queries if "SAVEPOINT" not in q["sql"]])
