"""Assigning people, to one pilot and to many, through HTTP."""

import re

from django.test import Client

from accounts.models import User
from portfolio.models import Event, Pilot, RoleKind
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text


def owner(pilot: Pilot) -> str | None:
    held = pilot.people.filter(role=RoleKind.OWNER, until=None).first()
    return held.person.name if held else None


def test_one_click_assigns_and_one_takes_it_back(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.bob)
    client = as_(cast.mona)
    sent = {"role": "owner", "person": "alice@example.com"}
    html = text(client.post(f"/pilots/{pilot.ref}/people/", sent, headers=HTMX))
    assert "Alice is owner of" in html
    assert owner(pilot) == "Alice"
    undo = re.search(r'action="(/pilots/assign/[^"]+/undo/)"', html)
    assert undo
    assert client.post(
        undo[1], headers={"Referer": f"http://testserver/pilots/{pilot.ref}/"}
    ).url == (f"http://testserver/pilots/{pilot.ref}/")
    assert owner(pilot) == "Bob"
    assert client.post(undo[1], headers={"Referer": "https://evil.example/"}).url == "/pilots/"


def test_a_person_is_named_by_address_or_by_a_name_only_they_have(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    User.objects.create_user("alice2@example.com", name="Alice")
    User.objects.create_user("ext@example.com", name="Extern", is_internal=False)
    User.objects.filter(pk=cast.charlie.pk).update(is_active=False)
    client, url = as_(cast.mona), f"/pilots/{pilot.ref}/people/"
    for person, says in (
        ("Alice", "Which one? alice2@example.com, alice@example.com"),
        ("Extern", "Nobody here"),
        ("Charlie", "Nobody here"),
        ("", "required"),
    ):
        response = client.post(url, {"role": "owner", "person": person}, headers=HTMX)
        assert response.status_code == 422
        assert says in text(response)
    assert client.post(url, {"role": "owner", "person": "BOB"}).status_code == 302
    assert owner(pilot) == "Bob"
    assert client.post(url, {"role": "captain", "person": "Bob"}).status_code == 422


def test_a_role_ends_and_stays_in_the_history(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    held = pilot.people.get()
    url = f"/pilots/{pilot.ref}/people/{held.pk}/end/"
    assert as_(cast.mona).get(url).status_code == 405
    assert as_(cast.bob).post(url).status_code == 403
    html = text(as_(cast.mona).post(url, headers=HTMX))
    assert "is no longer owner" in html
    assert owner(pilot) is None
    other = factories.pilot(cast.mona, "Other")
    assert as_(cast.mona).post(f"/pilots/{other.ref}/people/{held.pk}/end/").status_code == 404


def test_letting_go_of_a_restricted_pilot_leads_back_to_the_list(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice, restricted=True)
    held = pilot.people.get()
    url = f"/pilots/{pilot.ref}/people/{held.pk}/end/"
    response = as_(cast.alice).post(url, headers=HTMX)
    assert response["HX-Redirect"] == "/pilots/"


def test_people_are_found_while_typing(cast: Cast) -> None:
    html = text(as_(cast.vera).get("/pilots/people/?person=ali", headers=HTMX))
    assert 'value="alice@example.com"' in html
    assert "bob@example.com" not in html
    assert 'value="vera@example.com"' in text(as_(cast.vera).get("/pilots/people/", headers=HTMX))


def test_many_pilots_get_one_owner_after_a_preview(cast: Cast) -> None:
    empty = factories.pilot(cast.mona, "Empty")
    bobs = factories.pilot(cast.mona, "Bob's", owner=cast.bob)
    client = as_(cast.mona)
    ids = [empty.pk, bobs.pk]
    html = text(client.get("/pilots/assign/", {"chosen": ids, "match": "stage=idea"}))
    assert "2 pilots chosen" in html
    html = text(client.get("/pilots/assign/", {"chosen": ids, "person": "Alice"}))
    assert "make <b>Alice</b> the owner of 2 pilots" in html
    assert "of which 1 has none now" in html
    assert not Event.objects.filter(verb="person.assigned", after__batch__isnull=False).exists()
    response = client.post(
        "/pilots/assign/", {"chosen": ids, "person": "alice@example.com", "match": "stage=idea"}
    )
    assert response.url == "/pilots/?stage=idea"
    assert owner(empty) == owner(bobs) == "Alice"
    html = text(client.get(response.url))
    assert "Alice owns 2 more pilots." in html
    undo = re.search(r'action="(/pilots/assign/[^"]+/undo/)"', html)
    assert undo
    client.post(undo[1])
    assert (owner(empty), owner(bobs)) == (None, "Bob")


def test_rows_one_may_not_edit_are_listed_and_left(cast: Cast) -> None:
    mine = factories.pilot(cast.mona, "Mine", owner=cast.alice)
    other = factories.pilot(cast.mona, "Theirs")
    secret = factories.pilot(cast.mona, "Secret", restricted=True)
    ids = [mine.pk, other.pk, secret.pk]
    client = as_(cast.alice)
    html = text(client.get("/pilots/assign/", {"chosen": ids, "person": "Bob"}))
    assert "leave 1 alone" in html
    assert "Theirs" in html
    assert "Secret" not in html
    html = text(client.post("/pilots/assign/", {"chosen": ids, "person": "Bob"}, follow=True))
    assert "1 were left alone" in html or "1 was left alone" in html
    assert (owner(mine), owner(other), owner(secret)) == ("Bob", None, None)


def test_all_that_match_are_capped_with_a_sentence(cast: Cast, monkeypatch: object) -> None:
    from portfolio.actions import handovers

    unit = factories.unit("Mint")
    for n in range(4):
        factories.pilot(cast.mona, f"P{n}", unit=unit)
    factories.pilot(cast.mona, "Elsewhere", unit=factories.unit("Zoo"))
    client = as_(cast.mona)
    query = {"all": "1", "match": f"unit={unit.pk}"}
    html = text(client.get("/pilots/assign/", query))
    assert "4 pilots chosen." in html
    monkeypatch.setattr(handovers, "AT_ONCE", 3)  # type: ignore[attr-defined]
    html = text(client.get("/pilots/assign/", query))
    assert "3 pilots chosen." in html
    assert "Only the first 3 can be assigned at once" in html


def test_the_preview_asks_as_often_for_many_as_for_one(cast: Cast) -> None:
    ids, counts = [], []
    for number in (1, 30):
        ids += [factories.pilot(cast.mona, f"P{number} {n}").pk for n in range(number)]
        query = "&".join(f"chosen={pk}" for pk in ids)
        counts.append(statements(as_(cast.mona), f"/pilots/assign/?{query}&person=Alice"))
    assert counts[0] == counts[1]


def test_nothing_chosen_and_nonsense_are_harmless(cast: Cast) -> None:
    client: Client = as_(cast.mona)
    assert "No pilot is chosen" in text(client.get("/pilots/assign/"))
    assert client.get("/pilots/assign/?chosen=x&chosen=-1&chosen=" + "9" * 30).status_code == 200
    response = client.post("/pilots/assign/", {"chosen": ["1"], "person": "nobody"})
    assert response.status_code == 422
