"""Assigning people, to one pilot and to many, through HTTP."""

import re

from django.test import Client

from accounts.models import User
from portfolio.models import Event, Pilot, RoleKind
from portfolio.queries.people import candidates
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text


def owner(pilot: Pilot) -> str | None:
    held = pilot.people.filter(role=RoleKind.OWNER, until=None).first()
    return held.person.name if held else None


def asked(pilot: Pilot) -> str | None:
    question = pilot.owner_proposals.open().first()
    return question.person.name if question else None


def test_one_click_assigns_and_one_takes_it_back(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.bob)
    client = as_(cast.mona)
    sent = {"role": "sponsor", "person": "alice@example.com"}
    html = text(client.post(f"/pilots/{pilot.ref}/people/", sent, headers=HTMX))
    assert "Alice is sponsor of" in html
    undo = re.search(r'action="(/pilots/assign/[^"]+/undo/)"', html)
    assert undo
    client.post(undo[1])
    assert not pilot.people.open().filter(role="sponsor").exists()


def test_an_owner_is_asked_and_one_click_takes_it_back(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.bob)
    client = as_(cast.mona)
    sent = {"role": "owner", "person": "alice@example.com"}
    html = text(client.post(f"/pilots/{pilot.ref}/people/", sent, headers=HTMX))
    assert "Alice is asked to own" in html
    assert (owner(pilot), asked(pilot)) == ("Bob", "Alice")
    undo = re.search(r'action="(/pilots/assign/[^"]+/undo/)"', html)
    assert undo
    assert client.post(
        undo[1], headers={"Referer": f"http://testserver/pilots/{pilot.ref}/"}
    ).url == (f"http://testserver/pilots/{pilot.ref}/")
    assert (owner(pilot), asked(pilot)) == ("Bob", None)
    assert client.post(undo[1], headers={"Referer": "https://evil.example/"}).url == "/pilots/"


def test_a_person_is_named_by_address_or_by_a_name_only_they_have(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    User.objects.create_user("alice2@example.com", name="Alice")
    User.objects.create_user("ext@example.com", name="Extern", is_internal=False)
    User.objects.filter(pk=cast.charlie.pk).update(is_active=False)
    client, url = as_(cast.mona), f"/pilots/{pilot.ref}/people/"
    for person, says in (
        ("Alice", "Which one? alice2@example.com, alice@example.com"),
        ("Extern", "Extern is external; who answers for a pilot must be internal."),
        ("Charlie", "Nobody here"),
        ("", "required"),
    ):
        response = client.post(url, {"role": "owner", "person": person}, headers=HTMX)
        assert response.status_code == 422
        assert says in text(response)
    assert client.post(url, {"role": "owner", "person": "BOB"}).status_code == 302
    assert asked(pilot) == "Bob"
    assert client.post(url, {"role": "devops", "person": "Extern"}).status_code == 302
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
    assert "ask <b>Alice</b> to own 2 pilots" in html
    assert "of which 1 has no owner now" in html
    assert not Event.objects.filter(verb="owner.proposed").exists()
    response = client.post(
        "/pilots/assign/", {"chosen": ids, "person": "alice@example.com", "match": "stage=idea"}
    )
    assert response.url == "/pilots/?stage=idea"
    assert asked(empty) == asked(bobs) == "Alice"
    html = text(client.get(response.url))
    assert "Alice is asked to own 2 pilots." in html
    undo = re.search(r'action="(/pilots/assign/[^"]+/undo/)"', html)
    assert undo
    client.post(undo[1])
    assert (asked(empty), asked(bobs), owner(bobs)) == (None, None, "Bob")


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
    assert (asked(mine), asked(other), asked(secret)) == ("Bob", None, None)


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


def test_the_asked_one_answers_in_two_clicks(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, restricted=True)
    url = f"/pilots/{pilot.ref}/owner/"
    as_(cast.mona).post(f"{url}ask/", {"person": "Alice", "note": "<b>You</b> built it"})
    client = as_(cast.alice)
    page = text(client.get(f"/pilots/{pilot.ref}/"))
    assert "Will you own it?" in page
    assert "Mona asks you." in page
    assert "&lt;b&gt;You&lt;/b&gt; built it" in page
    form = text(client.get(url, headers=HTMX))
    assert "I care how this turns out." in form
    said = {"cares": "yes", "collects": "yes", "decides": "no"}
    refused = client.post(url, said, headers=HTMX)
    assert refused.status_code == 422
    assert "decline and say why" in text(refused)
    html = text(client.post(url, said | {"decides": "yes"}, headers=HTMX))
    assert f"You own {pilot.ref} from today." in html
    assert owner(pilot) == "Alice"


def test_no_with_a_reason_stays_on_the_page(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    url = f"/pilots/{pilot.ref}/owner/"
    as_(cast.mona).post(f"{url}ask/", {"person": "Alice"})
    client = as_(cast.alice)
    assert client.post(f"{url}no/", {"reason": ""}).status_code == 422
    assert client.post(f"{url}no/", {"reason": "No time until May"}).status_code == 302
    page = text(as_(cast.mona).get(f"/pilots/{pilot.ref}/"))
    assert "declined" in page
    assert "No time until May" in page
    assert client.get(url).status_code == 409, "asked once, not any more"
    assert as_(cast.charlie).get(url).status_code == 403


def test_naming_oneself_is_answered_at_once(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    client = as_(cast.mona)
    html = text(client.post(f"/pilots/{pilot.ref}/owner/ask/", {"person": "Mona"}, headers=HTMX))
    assert "I may decide what happens to it." in html
    assert f'action="/pilots/{pilot.ref}/owner/"' in html
    assert asked(pilot) is None


def test_the_second_to_ask_is_told_and_a_question_is_taken_back(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    client, url = as_(cast.mona), f"/pilots/{pilot.ref}/owner/"
    client.post(f"{url}ask/", {"person": "Alice"})
    second = client.post(f"{url}ask/", {"person": "Bob"}, headers=HTMX)
    assert second.status_code == 422
    assert "Alice has been asked to own" in text(second)
    question = pilot.owner_proposals.get()
    html = text(client.post(f"{url}{question.pk}/back/", headers=HTMX))
    assert "Alice is not asked any more." in html
    assert asked(pilot) is None
    assert client.post(f"{url}999999/back/").status_code == 404


def test_areas_team_and_the_year_to_come_stand_on_the_page(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, stage="rollout", owner=cast.alice)
    client, url = as_(cast.mona), f"/pilots/{pilot.ref}/"
    page = text(client.get(url))
    assert "0 of 4 have an owner" in page
    assert "Nobody has said who owns it in a year" in page
    form = text(client.get(f"{url}people/?role=data_owner", headers=HTMX))
    assert '<option value="data_owner" selected>' in form
    for role, person in (("data_owner", "Bob"), ("data_owner", "Vera"), ("devops", "Bob")):
        client.post(f"{url}people/", {"role": role, "person": person})
    page = text(client.get(url))
    assert "1 of 4 have an owner" in page
    assert [held.person.name for held in pilot.people.open().filter(role="data_owner")] == ["Vera"]
    form = text(client.get(f"{url}twelve-months/", headers=HTMX))
    assert 'value="alice@example.com"' in form, "suggested: who owns it now"
    refused = client.post(f"{url}twelve-months/", {"owner": "Alice"}, headers=HTMX)
    assert refused.status_code == 422
    names = {"owner": "Alice", "operations_owner": "Bob", "feedback_owner": "Vera"}
    page = text(client.post(f"{url}twelve-months/", names, headers=HTMX))
    assert "Who is accountable when it breaks?" in page
    assert "Asked again on" in page


def test_one_person_for_value_and_technology_is_a_hint(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, stage="pilot")
    for role in ("value_owner", "technical_owner"):
        as_(cast.mona).post(f"/pilots/{pilot.ref}/people/", {"role": role, "person": "Bob"})
    page = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "nobody outside the build says whether it pays" in page


def test_who_owns_only_what_one_may_not_see_is_not_offered(cast: Cast) -> None:
    factories.pilot(cast.mona, "Open", owner=cast.alice)
    factories.pilot(cast.mona, "Nightingale", owner=cast.bob, restricted=True)
    for viewer, offered in ((cast.vera, False), (cast.mona, True)):
        emails = {one.email for one in candidates("", by=viewer).people}
        assert cast.alice.email in emails
        assert (cast.bob.email in emails) is offered
