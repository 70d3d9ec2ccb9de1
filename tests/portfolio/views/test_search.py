"""One box: pilots, actions, pages and people, as far as the person may see them."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.throttle import Bucket
from portfolio.models import Pilot
from portfolio.queries.palette import Group, offer
from portfolio.views import search
from portfolio.views.search import asking, guide
from tests import factories
from tests.factories import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    asking._left.clear()
    yield
    asking._left.clear()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def group(typed: str, user: User, title: str) -> list[str]:
    groups: list[Group] = [g for g in offer(typed, user=user).groups if g.title == title]
    return [hit.label for g in groups for hit in g.hits]


def body(client: Client, query: str = "", **headers: str) -> str:
    return client.get(f"{reverse('search')}{query}", headers=headers).content.decode()


def test_the_page_works_without_scripts(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, "Invoice reader")
    page = body(signed_in(cast.vera), "?q=invioce")
    assert "<html" in page
    assert reverse("pilot", args=[pilot.ref]) in page
    assert "<html" not in body(signed_in(cast.vera), "?q=invioce", **HTMX)


def test_a_reference_opens_its_pilot(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    client = signed_in(cast.vera)
    found = client.get(reverse("search"), {"q": pilot.ref.lower()})
    assert found.status_code == 302
    assert found["Location"] == reverse("pilot", args=[pilot.ref])
    assert "Nothing fits" in body(client, "?q=PIL-999999")


def test_the_best_names_come_first(cast: Cast) -> None:
    for name in ("Zebra invoice", "Invoice reader", "Other"):
        factories.pilot(cast.mona, name, summary="invoice" if name == "Other" else "")
    assert group("invoice", cast.vera, "Pilots") == ["Invoice reader", "Zebra invoice", "Other"]


def test_actions_and_pages_as_one_may(cast: Cast) -> None:
    assert group("new", cast.mona, "Actions") == ["New pilot"]
    assert group("new", cast.vera, "Actions") == []
    assert group("upload", cast.mona, "Actions") == ["Import a spreadsheet"]
    assert group("flgas", cast.vera, "Pages") == ["Flags"]
    assert group("removed", cast.mona, "Pages") == ["Removed pilots"]
    assert group("removed", cast.vera, "Pages") == []
    assert group("vera", cast.mona, "People") == ["Vera"]
    assert group("vera", cast.vera, "People") == []


def test_posting_an_update_is_offered_to_those_who_may(cast: Cast) -> None:
    factories.pilot(cast.mona, "Invoice reader", owner=cast.alice)
    assert group("update invoice", cast.alice, "Post an update") == [
        "Post an update to Invoice reader"
    ]
    assert group("update invoice", cast.vera, "Post an update") == []


def test_restricted_and_removed_pilots_are_not_found(cast: Cast) -> None:
    hidden = factories.pilot(cast.mona, "Seismic", restricted=True)
    removed = factories.pilot(cast.mona, "Seismograph")
    Pilot.objects.filter(pk=removed.pk).update(removed_at="2026-01-01T00:00Z")
    for query in ("?q=seism", "?q=siesmic", f"?q={hidden.pk}", f"?recent={hidden.ref}"):
        page = body(signed_in(cast.vera), query)
        assert "Seism" not in page
    assert group("seismic", cast.mona, "Pilots") == ["Seismic"]


def test_recent_pilots_in_their_order(cast: Cast) -> None:
    made = [factories.pilot(cast.mona, f"Pilot {n}") for n in range(3)]
    refs = ",".join([made[2].ref, made[0].ref, "PIL-99999", "nonsense", "PIL-" + "9" * 30])
    page = body(signed_in(cast.vera), f"?recent={refs}")
    assert page.index("Pilot 2") < page.index("Pilot 0")
    assert "Pilot 1" not in page


def test_long_and_hostile_words(cast: Cast) -> None:
    client = signed_in(cast.vera)
    assert "Only the first 200 characters" in body(client, "?q=" + "word+" * 500)
    page = body(client, "?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page
    assert client.get(reverse("search"), {"q": "in\u202evoice"}).status_code == 200


def test_faster_than_anybody_reads(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real bucket fills up again while a slow machine answers.
    monkeypatch.setattr(search, "asking", Bucket(burst=3, per_second=0.001))
    client = signed_in(cast.vera)
    answers = [client.get(reverse("search")).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert signed_in(cast.alice).get(reverse("search")).status_code == 200


def test_few_questions_whatever_is_typed(cast: Cast) -> None:
    for n in range(20):
        factories.pilot(cast.mona, f"Invoice {n}")
    roles = offer("x", user=cast.mona)
    assert roles.typed == "x"
    for typed in ("invoice", "invioce", "update invoice", "nothing like it", "", "42"):
        with CaptureQueriesContext(connection) as asked:
            offer(typed, user=cast.mona)
        assert len(asked) <= 6, typed


def test_help_says_the_words_the_flags_and_the_keys(cast: Cast) -> None:
    client = signed_in(cast.vera)
    page = client.get(reverse("help")).content.decode()
    for words in ("Reach rate", "STALE_POC", "To clear it", "Ctrl Enter", "search"):
        assert words in page
    for slug in guide():
        answer = client.get(reverse("guide", args=[slug]))
        assert answer.status_code == 200
        written = answer.content.decode().partition('class="written"')[2]
        bare = re.sub(r"<(pre|code)>.*?</\1>", "", written, flags=re.DOTALL)
        assert not re.search(r"\*\*|^#|^\||`|\]\(", bare, re.MULTILINE), slug
        for page in re.findall(r'href="(/help/[^"#]*)', written):
            assert client.get(page).status_code == 200, page
    assert client.get(reverse("guide", args=["README"])).status_code == 404
    assert reverse("help") in client.get("/").content.decode()
