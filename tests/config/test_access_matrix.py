"""Every address x method x person, generated from the URL conf: nothing is open by accident."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.config.access.sign_in import ADMIN_SITE, SIGN_IN_ARGS, SIGN_IN_PAGES, SIGN_IN_TABLE
from tests.config.access.table import (
    ACTORS,
    FORBIDDEN,
    NO_METHOD,
    NOT_THERE,
    SIGN_IN,
    TABLE,
    Row,
)
from tests.config.access.world import World, make_world

METHODS = ("GET", "POST")


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """(route, name) of every pattern."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.name or ""
        else:
            yield from addresses(pattern, route)


def ours() -> dict[str, str]:
    """Name -> route of the product's own addresses."""
    found = {}
    for route, name in addresses(get_resolver()):
        if not route.startswith((SIGN_IN_PAGES, ADMIN_SITE)):
            found[name or f"nameless: {route}"] = route
    return found


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One company for all cells: what a request changes is taken back at once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


class Undo(Exception):
    """Takes back what a request changed, so that the next one finds the same world."""


def status(world: World, actor: str, method: str, url: str) -> int:
    client = world.client(actor)
    answer: Any = None
    try:
        with transaction.atomic():
            answer = client.get(url) if method == "GET" else client.post(url)
            raise Undo
    except Undo:
        return int(answer.status_code)


def test_every_address_is_in_the_table() -> None:
    unknown = {name: route for name, route in ours().items() if name not in TABLE}
    assert unknown == {}, "add a row to tests/config/access/table.py for each of these"


def test_the_table_lists_no_address_that_is_gone() -> None:
    assert sorted(set(TABLE) - set(ours())) == []


CASES = [
    pytest.param(name, hidden, id=f"{name}{'-hidden' if hidden else ''}")
    for name, row in TABLE.items()
    for hidden in ([False, True] if row.pilot else [False])
]


@pytest.mark.parametrize(("name", "hidden"), CASES)
def test_the_answer_is_the_one_in_the_table(world: World, name: str, hidden: bool) -> None:
    row: Row = TABLE[name]
    url = reverse(name, kwargs=row.args(world, hidden) if row.args else None) + row.query
    got = {
        (method, actor): status(world, actor, method, url) for method in METHODS for actor in ACTORS
    }
    expected = {cell: row.expected(*cell, hidden) for cell in got}
    wrong = {
        f"{method} {url} as {actor}": f"{got[method, actor]}, not {expected[method, actor]}"
        for method, actor in got
        if got[method, actor] != expected[method, actor]
    }
    assert wrong == {}


def test_the_sign_in_pages_answer_as_listed(world: World) -> None:
    routes = {n for route, n in addresses(get_resolver()) if route.startswith(SIGN_IN_PAGES)}
    assert routes == set(SIGN_IN_TABLE)
    for name, expected in SIGN_IN_TABLE.items():
        url = reverse(name, kwargs=SIGN_IN_ARGS.get(name))
        got = tuple(
            status(world, actor, method, url)
            for method in METHODS
            for actor in ("viewer", "anonymous")
        )
        assert got == expected, name


def admin_urls() -> Iterator[str]:
    """Every address of the admin site, with something in place of its arguments."""
    for route, _ in addresses(get_resolver()):
        if route.startswith(ADMIN_SITE):
            yield "/" + re.sub(r"<[^>]+>", "1", re.sub(r"\^?\(\?P.*", "account/", route))


def test_no_role_opens_the_admin_site(world: World) -> None:
    """It is for staff, which no role makes anybody; and it knows no pilot."""
    models = {model._meta.app_label for model in admin.site._registry}
    assert not models & {"portfolio", "readiness"}
    opened = [
        f"{method} {url} as {actor}"
        for url in sorted(set(admin_urls()))
        for actor in ACTORS
        for method in METHODS
        if status(world, actor, method, url) not in (SIGN_IN, FORBIDDEN, NOT_THERE, NO_METHOD)
    ]
    assert opened == []


def test_an_address_nobody_planned_is_noticed() -> None:
    """The control: a table without its last row no longer covers the URL conf."""
    short = dict(list(TABLE.items())[:-1])
    assert [name for name in ours() if name not in short]
