"""As another user: a restricted pilot is in no page, count, chart, export, search or digest."""

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from common import clock
from common.charts import charts
from portfolio.actions import digests, flags, imports, rollup
from portfolio.models import Digest, Pilot
from tests.config.access.table import SEE_HIDDEN, TABLE
from tests.config.access.world import SECRET, World, make_world

BLIND = ("administrator", "executive", "other", "viewer", "elsewhere", "stranger")
LINK = re.compile(r'(?:href|hx-get|src|action)="([^"#]+)')
# Those whose pages differ most: they are crawled; all are asked address by address.
CRAWLING = ("administrator", "executive", "elsewhere")
PAGES = 120
# Pages that anybody may see, and doors that do something.
NOT_FOLLOWED = re.compile(r"^/(static|account|admin)/|/apply/|/discard/|/undo/")


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The company of the access matrix, whose restricted pilot is stalled and was imported."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        silent = clock.today() - timedelta(days=40)
        Pilot.objects.filter(pk=made.hidden.pk).update(last_update_on=silent)
        flags.sweep()
        file = tmp_path_factory.mktemp("leaks") / "known.csv"
        name = made.hidden.name
        file.write_text(f"Name,Unit,Started\n{name},Claims / Motor,around {SECRET}\n")
        imports.run_file(path=file, mapping=None, dry_run=False)
        digests.run_week(week=None, late=False)
        made.made["mail"] = list(mail.outbox)  # The box is emptied before every test.
        rollup.refresh(live=0)
        yield made
        transaction.set_rollback(True)


def names_it(world: World, body: str) -> list[str]:
    """What of the restricted pilot the text gives away."""
    ref = re.findall(rf"\b{world.hidden.ref}\b", body)
    return [*re.findall(SECRET, body), *ref]


def text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode(errors="replace"))


def crawl(client: Client, start: str = "/") -> Iterator[tuple[str, str]]:
    """(address, body) of everything that links lead to."""
    seen, waiting = {start}, deque([start])
    while waiting:
        url = waiting.popleft()
        response = client.get(url)
        if response.status_code != 200:
            continue
        body = text(response)
        yield url, body
        for found in LINK.findall(body):
            parts = urlsplit(urljoin(url, found.replace("&amp;", "&")))
            address = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if parts.netloc or address in seen or NOT_FOLLOWED.search(parts.path):
                continue
            if parts.scheme in ("", "http") and len(seen) < PAGES:
                seen.add(address)
                waiting.append(address)


def everything(world: World) -> list[str]:
    """Every address there is, and those where a name or a number would show."""
    urls = [
        reverse(name, kwargs=row.args(world, False) if row.args else None) + row.query
        for name, row in TABLE.items()
    ]
    for code in charts:
        urls += [reverse("chart-json", args=[code]), reverse("chart-csv", args=[code])]
    listing, export = reverse("pilots"), reverse("pilots-export")
    for query in (f"q={SECRET}", "restricted=1", "restricted=0", "state=stalled", "stage=pilot",
                  f"owner={world.people['owner'].pk}", "flag=any", "metric=none", "sort=-name",
                  "decide=none", "format=json", f"format=json&q={SECRET}"):  # fmt: skip
        urls += [f"{listing}?{query}", f"{export}?{query}"]
    urls.append(f"{reverse('pilots-similar')}?name={SECRET}+takeover")
    return urls


@pytest.mark.parametrize("actor", CRAWLING)
def test_no_page_that_links_lead_to_names_it(world: World, actor: str) -> None:
    pages = list(crawl(world.client(actor)))
    assert len(pages) >= 10
    assert {url: found for url, body in pages if (found := names_it(world, body))} == {}


@pytest.mark.parametrize("actor", BLIND)
def test_no_address_names_it(world: World, actor: str) -> None:
    client = world.client(actor)
    leaks = {}
    for url in everything(world):
        # The page says again what was searched for; that is not a leak.
        body = text(client.get(url))
        given = body.count(SECRET) if SECRET in url else 0
        found = names_it(world, body)
        if found and len(found) > given:
            leaks[url] = found
    assert leaks == {}


@pytest.mark.parametrize("url_name", ["pilots", "pilots-export", "pilots-similar"])
@pytest.mark.parametrize("actor", BLIND)
def test_searching_for_it_answers_as_for_something_that_never_was(
    world: World, actor: str, url_name: str
) -> None:
    client = world.client(actor)
    bodies = [
        plain(text(client.get(reverse(url_name), {"q": word, "name": word})), word)
        for word in (SECRET, "Xylophonist")
    ]
    assert bodies[0] == bodies[1]


def plain(body: str, *words: str) -> str:
    """Without what differs from answer to answer: tokens, times, the word that was asked for."""
    body = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*', r"\1", body)
    body = re.sub(r'(name="token" value=")[^"]*', r"\1", body)
    body = re.sub(r"(cursor=[\w-]+):[\w:-]+", r"\1", body)  # The signature says the second.
    body = re.sub(r"\d\d:\d\d(:\d\d)?|\d+ (seconds?|minutes?) ago|just now", "", body)
    for word in words:
        body = body.replace(word, "")
    return body


class Undo(Exception):
    pass


@pytest.mark.parametrize("actor", ["executive", "elsewhere", "stranger"])
def test_no_number_counts_it(world: World, actor: str) -> None:
    """Every answer is, letter for letter, the one of a company that never had the pilot."""
    client = world.client(actor)
    urls = [url for url in everything(world) if not re.search("imports/|status|people", url)]
    with_it = {url: plain(text(client.get(url))) for url in urls}
    try:
        with transaction.atomic():
            Pilot.objects.get(pk=world.hidden.pk).delete()
            flags.sweep()
            rollup.refresh(live=0)
            without = {url: plain(text(client.get(url))) for url in urls}
            raise Undo
    except Undo:
        pass
    assert [url for url in urls if with_it[url] != without[url]] == []


def test_no_digest_of_others_names_it(world: World) -> None:
    told = {
        actor: json.dumps([d.content for d in Digest.objects.filter(recipient=person)])
        for actor, person in world.people.items()
    }
    assert {actor for actor, content in told.items() if names_it(world, content)} == {
        "manager", "owner", "limited",
    }  # fmt: skip
    receivers = {
        address
        for message in world.made["mail"]
        if names_it(world, f"{message.subject} {message.body} {message.message()}")
        for address in message.to
    }
    allowed = {world.people[actor].email for actor in SEE_HIDDEN}
    assert receivers
    assert all(any(email in address for email in allowed) for address in receivers)


@pytest.mark.parametrize("actor", sorted(SEE_HIDDEN))
def test_those_who_may_see_it_do(world: World, actor: str) -> None:
    """The control: the crawl and the counts would notice it."""
    client = world.client(actor)
    assert any(names_it(world, body) for _, body in crawl(client))
    listed = text(client.get(reverse("pilots-export"), {"format": "csv"}))
    assert names_it(world, listed)


def test_the_comparison_notices_a_number(world: World) -> None:
    client, url = world.client("manager"), reverse("overview")
    before = plain(text(client.get(url)))
    try:
        with transaction.atomic():
            Pilot.objects.get(pk=world.hidden.pk).delete()
            flags.sweep()
            rollup.refresh(live=0)
            assert plain(text(client.get(url))) != before
            raise Undo
    except Undo:
        pass
