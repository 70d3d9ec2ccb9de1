"""The guard answers 400 before anything else reads hostile input."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

LIVE = "/health/live"
LOGIN = "/account/login/"


@pytest.mark.parametrize(
    "query",
    [
        "q=a%00b",
        "q=%ED%A0%80",  # a lone surrogate
        "q=%FF",
        "q=" + "x" * settings.REQUEST_QUERY_MAX,
    ],
)
def test_a_hostile_query(client: Client, query: str) -> None:
    answer = client.get(LIVE, QUERY_STRING=query)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("query", ["q=Zürich", "q=a+b%20c", "q=%E2%82%AC", ""])
def test_an_ordinary_query(client: Client, query: str) -> None:
    assert client.get(LIVE, QUERY_STRING=query).status_code == 200


def test_a_path_with_a_nul_byte(client: Client) -> None:
    assert client.get("/pilots/%00/").status_code == 400


@pytest.mark.parametrize("text", ["a%00b", "%ED%B0%80", "%FF%FE"])
def test_a_hostile_form(client: Client, text: str) -> None:
    answer = client.post(
        LOGIN, f"login={text}&password=x", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400


@pytest.mark.django_db
def test_a_hostile_field_beside_a_file(client: Client) -> None:
    file = SimpleUploadedFile("a.csv", b"a\x00b")
    assert client.post(LOGIN, {"login": "a\x00b", "file": file}).status_code == 400
    assert client.post(LOGIN, {"login": "ab", "file": file}).status_code != 400


@pytest.mark.parametrize(
    ("kind", "length", "status"),
    [
        ("application/json", settings.REQUEST_BODY_MAX + 1, 400),
        ("multipart/form-data; boundary=x", settings.REQUEST_UPLOAD_MAX + 1, 400),
        ("text/plain", "many", 400),
    ],
)
def test_oversized(client: Client, kind: str, length: object, status: int) -> None:
    answer = client.post(LIVE, b"", content_type=kind, CONTENT_LENGTH=str(length))
    assert answer.status_code == status
