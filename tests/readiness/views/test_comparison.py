"""Two pilots side by side, over HTTP."""

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from portfolio.models import Pilot
from tests.factories import Cast, pilot
from tests.factories.answers import LINK, answer


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, one: Pilot, **query: str) -> str:
    page = client.get(reverse("pilot-compare", args=[one.ref]), query)
    assert page.status_code == 200
    return page.content.decode()


def test_they_differ_where_one_did_more(cast: Cast) -> None:
    one = pilot(cast.mona, "Behind", owner=cast.alice, stage="pilot")
    two = pilot(cast.mona, "Ahead", owner=cast.alice, stage="pilot")
    answer(two, "latency", cast.alice, note="<b>640</b> ms at noon")
    answer(one, "cost", cast.alice)
    answer(two, "cost", cast.alice)
    page = text(signed_in(cast.vera), one, **{"with": two.ref})
    assert "They differ on 1 of 10 questions" in page
    assert "Is it fast enough for the person who waits?" in page
    assert "&lt;b&gt;640&lt;/b&gt; ms at noon" in page
    assert f'href="{LINK}"' in page
    assert f"/pilots/{two.ref}/readiness/production/?open=latency#item-latency" in page
    assert "Has finance agreed" not in page
    page = text(signed_in(cast.vera), one, **{"with": two.ref, "all": "1"})
    assert "Has finance agreed" in page
    page = text(signed_in(cast.vera), one, **{"with": two.ref, "list": "governance"})
    assert "They stand alike" in page


def test_the_picker_offers_only_what_one_may_see(cast: Cast) -> None:
    one = pilot(cast.mona, "Behind", owner=cast.alice, stage="pilot")
    two = pilot(cast.mona, "Harbour ahead", owner=cast.alice, stage="pilot")
    hidden = pilot(cast.mona, "Harbour secret", owner=cast.alice, stage="pilot", restricted=True)
    for each in (two, hidden):
        answer(each, "latency", cast.alice)
    vera, alice = signed_in(cast.vera), signed_in(cast.alice)
    for query in ({}, {"q": "harbour"}, {"q": hidden.ref}):
        page = text(vera, one, **query)
        assert "Harbour secret" not in page
    assert "Harbour ahead" in text(vera, one)
    assert "1/10" in text(vera, one)
    assert "Harbour secret" in text(alice, one)
    assert "Harbour secret" in text(alice, one, q="secret")
    url = reverse("pilot-compare", args=[one.ref])
    for other in (hidden.ref, "PIL-999999", "<b>"):
        assert vera.get(url, {"with": other}).status_code == 404
    assert "That is the same pilot" in text(vera, one, **{"with": one.ref})
    assert vera.get(url, {"with": two.ref, "list": "nothing"}).status_code == 404


def test_it_costs_the_same_whatever_was_answered(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = pilot(cast.mona, "Behind", owner=cast.alice, stage="pilot")
    two = pilot(cast.mona, "Ahead", owner=cast.alice, stage="pilot")
    client = signed_in(cast.vera)
    text(client, one, **{"with": two.ref, "list": "full"})
    for code in ("", "latency", "cost"):
        if code:
            answer(two, code, cast.alice)
        with django_assert_num_queries(16):
            text(client, one, **{"with": two.ref, "list": "full", "all": "1"})
