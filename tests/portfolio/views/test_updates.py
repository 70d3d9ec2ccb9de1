"""Posting updates and "My pilots", through HTTP."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from common import clock
from portfolio.actions import metrics, updates
from portfolio.models import Channel, Event, Health, Pilot, Reading, Update
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text


def sent(**values: Any) -> dict[str, Any]:
    return {"health": "at_risk", "note": "The belt slips.", "token": str(uuid4()), **values}


def test_the_whole_story_of_one_update(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    due = clock.today() + timedelta(days=7)
    response = as_(cast.alice).post(
        f"/pilots/{pilot.ref}/update/", sent(next_step="New belt", next_step_due=str(due)),
        headers=HTMX,
    )  # fmt: skip
    assert response.status_code == 200
    assert response["HX-Retarget"] == "#pilot"
    html = text(response)
    assert f"Update of {pilot.ref} posted: at risk." in html
    assert "The belt slips." in html
    update = Update.objects.get()
    assert (update.author, update.health, update.next_step_due) == (cast.alice, "at_risk", due)
    event = Event.objects.filter(verb="update.posted").get()
    assert (event.actor, event.channel) == (cast.alice, "web")
    pilot.refresh_from_db()
    assert (pilot.health, pilot.last_update_on) == ("at_risk", clock.today())


def test_a_double_click_is_one_update(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    once = sent()
    for _ in range(2):
        assert as_(cast.alice).post(f"/pilots/{pilot.ref}/update/", once).status_code == 302
    assert Update.objects.count() == 1
    assert Event.objects.filter(verb="update.posted").count() == 1


def test_what_is_wrong_stands_beside_its_field(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    client, url = as_(cast.alice), f"/pilots/{pilot.ref}/update/"
    for values, says in (
        ({"health": ""}, "Choose on track, at risk or off track."),
        ({"health": "splendid"}, "valid choice"),
        ({"note": "x" * 10_000}, "at most 5000"),
        ({"next_step": "x" * 501}, "at most 500"),
        ({"next_step_due": "2026-12-01"}, "Say what is due"),
        ({"token": "nonsense"}, "valid UUID"),
    ):
        response = client.post(url, sent(**values), headers=HTMX)
        assert response.status_code == 422, values
        assert says in text(response), values
        assert 'id="pilot-form"' in text(response)
    assert not Update.objects.exists()


def test_readings_come_with_the_update(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    other = factories.pilot(cast.mona, "Other")
    mine = metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name="Coins")
    silent = metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name="Notes")
    foreign = metrics.add(pilot=other, by=cast.mona, channel=Channel.WEB, name="Gold")
    values = {
        f"reading_{mine.pk}": "12.5",
        f"reading_{silent.pk}": "",
        f"reading_{foreign.pk}": "1",
    }
    as_(cast.alice).post(f"/pilots/{pilot.ref}/update/", sent(**values))
    reading = Reading.objects.get()
    assert (reading.metric, reading.value, reading.on) == (mine, Decimal("12.5"), clock.today())
    wrong = sent(**{f"reading_{mine.pk}": "many"})
    assert as_(cast.alice).post(f"/pilots/{pilot.ref}/update/", wrong).status_code == 422
    assert Update.objects.count() == 1


def test_without_a_browser_that_swaps_it_is_a_page(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    client = as_(cast.alice)
    html = text(client.get(f"/pilots/{pilot.ref}/update/"))
    assert "<html" in html
    assert html.count('type="radio"') == 3
    response = client.post(f"/pilots/{pilot.ref}/update/", sent(), follow=True)
    assert response.redirect_chain == [(f"/pilots/{pilot.ref}/", 302)]
    assert "posted: at risk" in text(response)


def test_only_its_people_post(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    for who in (cast.bob, cast.vera, cast.ed, cast.otto):
        assert as_(who).post(f"/pilots/{pilot.ref}/update/", sent()).status_code == 403
    assert not Update.objects.exists()


def test_my_pilots_are_mine_worst_first_and_one_after_the_other(cast: Cast) -> None:
    calm = factories.pilot(cast.mona, "Calm", owner=cast.alice)
    updates.post(pilot=calm, by=cast.alice, channel=Channel.WEB, health=Health.ON_TRACK)
    silent = factories.pilot(cast.mona, "Silent", owner=cast.alice)
    Pilot.objects.filter(pk=silent.pk).update(stage_since_bound=clock.today() - timedelta(days=9))
    worse = factories.pilot(
        cast.mona, "Worse", owner=cast.alice, stage="poc",
        stage_since=clock.today() - timedelta(days=100),
    )  # fmt: skip
    factories.pilot(cast.mona, "Not mine", owner=cast.bob)
    client = as_(cast.alice)
    response = client.get("/my/")
    assert [row.name for row in response.context["mine"].rows] == ["Worse", "Silent", "Calm"]
    assert "2 wait for your update" in text(response)
    response = client.post(f"/pilots/{worse.ref}/update/?my", sent(next="1"))
    assert response["Location"] == f"/pilots/{silent.ref}/update/?my"
    response = client.post(f"/pilots/{silent.ref}/update/?my", sent(next="1"))
    assert response["Location"] == "/my/"
    assert "You hold no role" in text(as_(cast.vera).get("/my/"))


def test_my_pilots_ask_as_often_at_any_number(cast: Cast) -> None:
    counts = []
    for number in (1, 30):
        for n in range(number):
            factories.pilot(cast.mona, f"P{number} {n}", owner=cast.alice)
        counts.append(statements(as_(cast.alice), "/my/"))
    assert counts[0] == counts[1] <= 8
