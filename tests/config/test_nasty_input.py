"""Whatever is sent to an address, the answer is a sentence and never an error of the server."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.config.access.nasty import NASTY, boxes
from tests.config.access.table import NONE, TABLE, Answer, Row
from tests.config.access.world import World, make_world

ALL_NASTY, ONE_NASTY, GETS = 3, 2, 2  # requests to each address
# What addresses read: every one of them gets all.
NAMES = (
    "q", "cursor", "sort", "unit", "stage", "health", "flag", "owner", "tag", "size", "columns",
    "view", "filter", "state", "before", "with", "preset", "kind", "format", "person", "gap",
    "team", "recent", "again", "next", "moment", "chosen", "match", "do", "see", "role", "parent",
)  # fmt: skip


class Undo(Exception):
    """Takes back what a request changed, so that the next one finds the same world."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def asked(client: Client, method: str, url: str, data: dict[str, str] | None = None) -> Any:
    """The answer; its changes are taken back. An exception of the view is an answer of 500."""
    answer: Any = None
    client.raise_request_exception = False
    try:
        with transaction.atomic():
            answer = client.get(url) if method == "GET" else client.post(url, data or {})
            if answer.streaming:
                b"".join(answer.streaming_content)
            if answer.status_code == 302:  # What was kept must be readable, too.
                after = client.get(answer.url)
                answer = after if after.status_code >= 500 else answer
            raise Undo
    except Undo:
        return answer


def addressed(world: World, row: Row, answer: Answer, name: str) -> tuple[Client, str]:
    """As the manager, or as somebody who may."""
    allowed = answer.who - {"anonymous"}
    actor = "manager" if "manager" in allowed else min(allowed)
    return world.client(actor), reverse(name, kwargs=row.args(world, False) if row.args else None)


def rotated(names: list[str], turn: int) -> dict[str, str]:
    """Every box with a value, each turn with another one."""
    return {name: NASTY[(turn + place) % len(NASTY)] for place, name in enumerate(names)}


def sendings(given: dict[str, str], start: int) -> Iterator[dict[str, str]]:
    """Everything nasty; then one box nasty and the others as a person would fill them."""
    names = [*given, "next", "version", "token", "save"]
    for turn in range(ALL_NASTY):
        yield rotated(names, start + turn * 5)
    filled = {name: value or "7" for name, value in given.items()}
    for turn in range(ONE_NASTY if given else 0):
        name = list(given)[(start + turn) % len(given)]
        yield filled | {name: NASTY[(start + turn * 7) % len(NASTY)]}


def test_no_form_breaks(world: World) -> None:
    broken = []
    for start, (name, row) in enumerate(TABLE.items()):
        if row.post is NONE:
            continue
        client, url = addressed(world, row, row.post, name)
        pages = [asked(client, "GET", url)] if row.get is not NONE else []
        pages.append(asked(client, "POST", url))
        given: dict[str, str] = {}
        for page in pages:
            if page.status_code in (200, 422) and not page.streaming:
                given |= boxes(page.content.decode())
        for data in sendings(given, start):
            status = asked(client, "POST", url, data).status_code
            if status >= 500:
                shown = {key: value[:40] for key, value in data.items()}
                broken.append(f"{status} for POST {url} {shown}")
    assert broken == []


def test_no_address_breaks(world: World) -> None:
    broken = []
    for start, (name, row) in enumerate(TABLE.items()):
        if row.get is NONE or name.startswith("health"):
            continue
        client, url = addressed(world, row, row.get, name)
        for turn in range(GETS):
            sent = rotated(list(NAMES), start + turn * 7)
            query = urlencode({key: value[:400] for key, value in sent.items()})
            status = asked(client, "GET", f"{url}?{query[:7000]}").status_code
            if status >= 500:
                broken.append(f"{status} for GET {url} turn {turn}")
    assert broken == []


@pytest.mark.parametrize("name", ["owner-questions", "pilots-change", "pilots-assign"])
def test_a_digit_that_is_none_of_ours_chooses_nothing(world: World, name: str) -> None:
    """int() takes no superscript, though isdigit() does."""
    answer = asked(world.client("manager"), "POST", reverse(name), {"chosen": "²"})
    assert answer.status_code == 422
