"""Links of a pilot, through HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from portfolio.actions import links
from portfolio.models import Channel, Event, Link, Pilot
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, text

WEB = Channel.WEB


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    return factories.pilot(cast.mona, owner=cast.alice, stage="poc")


def add(cast: Cast, pilot: Pilot, **values: Any) -> Any:
    sent = {"kind": "registry", "url": "HTTPS://mlflow.example/m/1", "token": str(uuid4())}
    return as_(cast.alice).post(f"/pilots/{pilot.ref}/links/", sent | values)


def test_a_link_says_where_it_leads(cast: Cast, pilot: Pilot) -> None:
    assert "No link yet" in text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert add(cast, pilot).status_code == 302
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    for words in (
        'href="https://mlflow.example/m/1" rel="noopener noreferrer nofollow"',
        "Model registry · mlflow.example", "added a link",
    ):  # fmt: skip
        assert words in html, words
    assert Link.objects.get().name == "Model registry"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("url", "", "required"),
        ("url", "javascript:alert(1)", "begins with https://"),
        ("url", "JaVaScRiPt:alert(1)//https://x", "begins with https://"),
        ("url", "data:text/html,<script>", "begins with https://"),
        ("url", "//evil.example", "begins with https://"),
        ("url", "https://", "begins with https://"),
        ("url", "https://[::1", "begins with https://"),
        ("url", "https://a b", "begins with https://"),
        ("url", "https://x.example/" + "y" * 1000, "at most 1000"),
        ("kind", "blog", "valid choice"),
        ("name", "x" * 10_000, "at most 200"),
        ("token", "", "required"),
    ],
)
def test_bad_links_are_refused(cast: Cast, pilot: Pilot, field: str, value: str, says: str) -> None:
    answer = add(cast, pilot, **{field: value})
    assert answer.status_code == 422
    assert says in text(answer)
    assert not Link.objects.exists()


def test_attacks_are_shown_as_text(cast: Cast, pilot: Pilot) -> None:
    add(cast, pilot, name='"><script>alert(1)</script>', url='https://x.example/"onclick="a')
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "<script>alert(1)" not in html
    assert 'onclick="a' not in html


def test_one_form_one_row_two_editors_and_removal(cast: Cast, pilot: Pilot) -> None:
    token = str(uuid4())
    add(cast, pilot, token=token)
    add(cast, pilot, token=token)
    row = Link.objects.get()
    assert "in the list already" in text(add(cast, pilot))
    links.change(link=row, by=cast.mona, channel=WEB, revision=1, name="Mona's title")
    url = f"/pilots/{pilot.ref}/links/{row.pk}/"
    sent = {"kind": "registry", "url": "https://mlflow.example/m/2", "name": "My title"}
    answer = as_(cast.alice).post(url, sent | {"revision": "1"})
    assert answer.status_code == 409
    assert "Mona&#x27;s title" in text(answer)
    assert as_(cast.alice).post(url, sent | {"revision": "2"}).status_code == 302
    html = text(as_(cast.alice).post(f"{url}end/", headers=HTMX))
    assert "My title (mlflow.example), until" in html
    as_(cast.alice).post(f"{url}end/?undo")
    assert Link.objects.get().until is None
    told = Event.objects.filter(verb__startswith="link.").order_by("pk")
    assert [event.verb for event in told] == [
        "link.added", "link.changed", "link.changed", "link.ended", "link.reopened",
    ]  # fmt: skip


def test_a_link_of_another_pilot_is_not_there(cast: Cast, pilot: Pilot) -> None:
    other = factories.pilot(cast.mona, "Other", owner=cast.alice)
    row = links.add(pilot=other, by=cast.alice, channel=WEB, kind="other", url="https://x.example")
    assert as_(cast.alice).get(f"/pilots/{pilot.ref}/links/{row.pk}/").status_code == 404
