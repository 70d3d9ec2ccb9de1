"""The ownership matrix, and what waits for me, through HTTP."""

import re

from django.test import Client

from accounts.models import Letter
from portfolio.actions import people
from portfolio.models import AREAS, Channel, Pilot
from tests import factories
from tests.factories import Cast
from tests.factories.owners import ask
from tests.portfolio.views.screen import HTMX, as_, statements, text

SAID = {"cares": "yes", "collects": "yes", "decides": "yes"}


def live(cast: Cast, name: str, areas: int = 0, **values: object) -> Pilot:
    pilot = factories.pilot(cast.mona, name, stage="rollout", owner=cast.alice, **values)
    for role in list(AREAS)[:areas]:
        people.assign(pilot=pilot, person=cast.bob, by=cast.mona, channel=Channel.WEB, role=role)
    return pilot


def rows(html: str) -> list[str]:
    return re.findall(r'<tr data-href><td class="main"><a href="[^"]+">([^<]+)', html)


def test_the_matrix_says_what_is_covered_and_links_to_what_is_not(cast: Cast) -> None:
    live(cast, "Whole", areas=4)
    live(cast, "Half", areas=2)
    factories.pilot(cast.mona, "Early", stage="poc")
    client = as_(cast.vera)
    page = text(client.get("/ownership/"))
    assert rows(page) == ["Half", "Whole"]
    assert "6 of 8 areas with an owner: 75 % covered" in page
    assert "not accepted yet" in page
    for query, missing in re.findall(
        r'class="tile" href="([^"]+)"><small>[^<]+</small><b>(\d+)', page
    ):
        shown = rows(text(client.get(f"/ownership/{query.replace('&amp;', '&')}")))
        assert len(shown) == int(missing), query
    assert rows(text(client.get("/ownership/?stage=all"))) == ["Early", "Half", "Whole"]
    assert rows(text(client.get(f"/ownership/?stage=all&person={cast.bob.pk}"))) == [
        "Half", "Whole",
    ]  # fmt: skip


def test_restricted_pilots_stay_out_of_rows_and_sums(cast: Cast) -> None:
    live(cast, "Open one", areas=4)
    live(cast, "Secret one", restricted=True)
    page = text(as_(cast.vera).get("/ownership/"))
    assert "Secret" not in page
    assert "100 % covered" in page
    assert "50 % covered" in text(as_(cast.mona).get("/ownership/"))


def test_nonsense_is_left_out_and_the_empty_page_says_what_comes(cast: Cast) -> None:
    client = as_(cast.vera)
    html = text(client.get("/ownership/?unit=x&stage=moon&gap=captain&person=0&cursor=zz"))
    assert "When a pilot enters Rollout" in html
    assert client.get("/ownership/?unit=" + "9" * 40).status_code == 200
    assert client.get("/ownership/?person=" + "9" * 40).status_code == 200


def test_the_matrix_asks_as_often_for_many_as_for_one(cast: Cast) -> None:
    live(cast, "First", areas=1)
    before = statements(as_(cast.mona), "/ownership/")
    for number in range(12):
        live(cast, f"Number {number}", areas=number % 5)
    assert statements(as_(cast.mona), "/ownership/") == before <= 14


def test_what_waits_for_me_stands_on_top_of_my_pilots(cast: Cast) -> None:
    client = as_(cast.alice)
    assert "Waiting for your answer" not in text(client.get("/my/"))
    asked = factories.pilot(cast.mona, "Asked", restricted=True)
    ask(asked, cast.alice, cast.mona, note="<i>You</i> know it")
    factories.pilot(cast.mona, "Named", owner=cast.alice)
    page = text(client.get("/my/"))
    assert "Mona asked you today" in page
    assert "&lt;i&gt;You&lt;/i&gt; know it" in page
    assert "You are named as its owner" in page
    assert "Asked" not in text(as_(cast.charlie).get("/my/"))


def test_an_import_of_many_names_writes_no_mail_and_asks_once(cast: Cast) -> None:
    for number in range(7):
        factories.pilot(cast.mona, f"Listed {number}", owner=cast.alice)
    assert not Letter.objects.exists()
    assert "Do you own these 7 pilots?" in text(as_(cast.alice).get("/my/"))


def several(cast: Cast) -> tuple[Client, list[Pilot]]:
    made = [factories.pilot(cast.mona, name, owner=cast.alice) for name in ("A", "B")]
    third = factories.pilot(cast.mona, "C")
    ask(third, cast.alice, cast.mona)
    return as_(cast.alice), [*made, third]


def test_several_are_accepted_together(cast: Cast) -> None:
    client, pilots = several(cast)
    page = text(client.get("/my/questions/"))
    assert "named by a list" in page
    none = client.post("/my/questions/", SAID, headers=HTMX)
    assert none.status_code == 422
    assert "Choose at least one pilot." in text(none)
    chosen = [pilots[0].pk, pilots[2].pk]
    no = client.post("/my/questions/", {**SAID, "cares": "no", "chosen": chosen})
    assert no.status_code == 422
    assert "decline and say why" in text(no)
    answer = client.post("/my/questions/", {**SAID, "chosen": chosen}, follow=True)
    assert "You own 2 pilots from today." in text(answer)
    accepted = Pilot.objects.filter(people__accepted_on__isnull=False).order_by("pk")
    assert [pilot.pk for pilot in accepted] == chosen


def test_nobody_accepts_what_nobody_asks(cast: Cast) -> None:
    client, pilots = several(cast)
    foreign = factories.pilot(cast.mona, "Foreign", owner=cast.bob)
    secret = factories.pilot(cast.mona, "Secret", restricted=True)
    chosen = [foreign.pk, secret.pk, pilots[0].pk, 10**15]
    answer = client.post("/my/questions/", {**SAID, "chosen": chosen}, follow=True)
    assert "You own 1 pilot from today. 3 no longer ask you." in text(answer)
    assert [held.person for held in foreign.people.open()] == [cast.bob]
    assert not secret.people.exists()
