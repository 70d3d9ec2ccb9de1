"""Posting updates and "My pilots", through HTTP."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import time_machine

from common import clock
from common.registry import Ask, asks
from portfolio.actions import metrics, people, updates
from portfolio.models import Channel, Event, Health, Pilot, Reading, Update
from portfolio.queries import labels
from portfolio.queries.my_pilots import my_pilots
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text


def sent(**values: Any) -> dict[str, Any]:
    due = str(clock.today() + timedelta(days=7))
    said = {"health": "at_risk", "note": "The belt slips.", "next_step": "Order a belt"}
    return {**said, "next_step_due": due, "token": str(uuid4()), **values}


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
        ({"next_step": ""}, "Say what happens next."),
        ({"next_step_due": ""}, "Say by when."),
        ({"next_step_due": "tomorrow"}, "valid date"),
        ({"blocker": "weather"}, "valid choice"),
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
    later = str(clock.today() + timedelta(days=1))
    for wrong in ("many", "1e400", "NaN", "-Infinity"):
        response = as_(cast.alice).post(
            f"/pilots/{pilot.ref}/update/", sent(**{f"reading_{mine.pk}": wrong})
        )
        assert response.status_code == 422, wrong
    of_tomorrow = sent(**{f"reading_{mine.pk}": "1", f"reading_on_{mine.pk}": later})
    response = as_(cast.alice).post(f"/pilots/{pilot.ref}/update/", of_tomorrow)
    assert response.status_code == 422
    assert "day to come" in text(response)
    assert Reading.objects.count() == 1
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


def three(cast: Cast) -> tuple[Pilot, Pilot, Pilot]:
    """Alice's: one that is fine, one that is silent, one that is silent and an old PoC."""
    calm = factories.pilot(cast.mona, "Calm", owner=cast.alice)
    updates.post(pilot=calm, by=cast.alice, channel=Channel.WEB, health=Health.ON_TRACK)
    silent = factories.pilot(cast.mona, "Silent", owner=cast.alice)
    Pilot.objects.filter(pk=silent.pk).update(stage_since_bound=clock.today() - timedelta(days=9))
    worse = factories.pilot(
        cast.mona, "Worse", owner=cast.alice, stage="poc",
        stage_since=clock.today() - timedelta(days=100),
    )  # fmt: skip
    factories.pilot(cast.mona, "Not mine", owner=cast.bob)
    return calm, silent, worse


def test_my_pilots_are_mine_worst_first_with_one_reason_and_one_button(cast: Cast) -> None:
    three(cast)
    response = as_(cast.alice).get("/my/")
    mine = response.context["mine"]
    assert [row.name for row in mine.rows] == ["Worse", "Silent", "Calm"]
    assert [row.name for row in mine.calm] == ["Calm"]
    assert "2 wait for your update" in text(response)
    assert "In PoC for 100 days" in text(response)
    assert text(response).count("Nobody has said yet how it goes") == 2
    assert "Also: In PoC for 100 days" in text(response)
    assert text(response).count(">Update</a>") == 2
    assert "You hold no role" in text(as_(cast.vera).get("/my/"))


def test_the_owner_is_waited_for_and_everybody_where_there_is_none(cast: Cast) -> None:
    silent = three(cast)[0]
    people.assign(pilot=silent, person=cast.ed, by=cast.mona, channel=Channel.WEB, role="sponsor")
    assert my_pilots(cast.alice, clock.today()).waiting > 0
    assert my_pilots(cast.ed, clock.today()).waiting == 0
    assert silent.ref in text(as_(cast.ed).get("/my/"))
    owner = silent.people.get(role="owner", until=None)
    people.release(assignment=owner, by=cast.mona, channel=Channel.WEB)
    assert my_pilots(cast.ed, clock.today()).waiting == 1


def test_one_pilot_at_a_time_post_and_next(cast: Cast) -> None:
    _, silent, worse = three(cast)
    client = as_(cast.alice)
    page = text(client.get(f"/my/{worse.ref}/"))
    assert "1 of 2 that wait" in page
    assert f'href="/my/{silent.ref}/" data-key="j n"' in page
    response = client.post(f"/my/{worse.ref}/", sent())
    assert response["Location"] == f"/my/{silent.ref}/"
    response = client.post(f"/my/{silent.ref}/", sent())
    assert response["Location"] == "/my/"
    assert "no update is due" in text(client.get("/my/"))


def test_post_and_next_in_place(cast: Cast) -> None:
    _, silent, worse = three(cast)
    client = as_(cast.alice)
    response = client.post(f"/my/{worse.ref}/", sent(), headers=HTMX)
    html = text(response)
    assert response["HX-Push-Url"] == f"/my/{silent.ref}/"
    assert html.lstrip().startswith('<article id="my-pilot">')
    assert "1 of 1 that wait" in html
    assert f"Update of {worse.ref} posted: at risk." in html
    assert "/undo/" in html
    stays = client.post(f"/my/{silent.ref}/", sent(stay="1", note="It stays."), headers=HTMX)
    assert stays["HX-Push-Url"] == f"/my/{silent.ref}/"
    assert "It stays." in text(stays)
    refused = client.post(f"/my/{silent.ref}/", sent(health=""), headers=HTMX)
    assert refused.status_code == 422
    assert "The belt slips." in text(refused)
    last = client.post(f"/my/{silent.ref}/", sent(), headers=HTMX)
    assert last["HX-Redirect"] == "/my/"


def test_the_form_stands_beside_the_facts(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    coins = metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name="Coins")
    client = as_(cast.alice)
    client.post(f"/my/{pilot.ref}/", sent(note="First."))
    metrics.read(metric=coins, by=cast.mona, channel=Channel.WEB, value=Decimal("7.50"))
    html = text(client.get(f"/my/{pilot.ref}/"))
    assert "Since the last update" in html
    assert f"<li>Coins: 7.5 on {labels.day(clock.today())}.</li>" in html
    assert "First." in html
    # The next step that is still to come stays the next step.
    assert 'value="Order a belt"' in html
    assert f'value="{clock.today() + timedelta(days=7)}"' in html


def test_undo_leaves_the_trail_and_gives_the_words_back(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    coins = metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name="Coins")
    client = as_(cast.alice)
    first = sent(**{f"reading_{coins.pk}": "3"}, seen_working="on", blocker="data")
    client.post(f"/pilots/{pilot.ref}/update/", first)
    posted = Update.objects.get()
    pilot.refresh_from_db()
    assert (pilot.last_seen_working, posted.blocker) == (clock.today(), "data")
    undo = f"/pilots/{pilot.ref}/update/{posted.pk}/undo/"
    assert as_(cast.mona).post(undo).status_code == 403
    response = client.post(undo, follow=True)
    assert response.redirect_chain == [(f"/pilots/{pilot.ref}/update/?again={posted.pk}", 302)]
    assert "The belt slips." in text(response)
    pilot.refresh_from_db()
    assert (pilot.health, pilot.last_update_on, pilot.last_seen_working) == ("", None, None)
    assert not Reading.objects.filter(superseded_at=None).exists()
    verbs = [event.verb for event in Event.objects.filter(pilot=pilot).order_by("-id")[:2]]
    assert verbs == ["update.taken_back", "reading.withdrawn"]
    html = text(client.get(f"/pilots/{pilot.ref}/"))
    assert "taken back" in html
    # The very same form again is not the update that was taken back.
    again = client.post(f"/pilots/{pilot.ref}/update/", first)
    assert again.status_code == 422
    assert "was taken back" in text(again)
    assert first["token"] not in text(again)


def test_after_ten_seconds_it_stands(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    client = as_(cast.alice)
    client.post(f"/pilots/{pilot.ref}/update/", sent())
    posted = Update.objects.get()
    with time_machine.travel(clock.now() + timedelta(seconds=16)):
        undo = f"/pilots/{pilot.ref}/update/{posted.pk}/undo/"
        response = client.post(undo, follow=True)
    assert "more than ten seconds ago" in text(response)
    posted.refresh_from_db()
    assert posted.taken_back_at is None


def test_what_is_on_track_has_no_blocker(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    as_(cast.alice).post(f"/my/{pilot.ref}/", sent(health="on_track", blocker="data"))
    assert Update.objects.get().blocker == ""


def test_words_that_attack_are_shown_as_words(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    client = as_(cast.alice)
    nasty = "<script>alert(1)</script> **bold** \u202egnp.exe"
    client.post(f"/my/{pilot.ref}/", sent(note=nasty, next_step=nasty))
    html = text(client.get(f"/my/{pilot.ref}/")) + text(client.get(f"/pilots/{pilot.ref}/"))
    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_browser_learns_which_draft_arrived(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    one = sent()
    response = as_(cast.alice).post(f"/my/{pilot.ref}/", one)
    assert response.cookies["posted"].value == one["token"]


def test_my_pilots_ask_as_often_at_any_number(cast: Cast) -> None:
    counts = []
    for number in (1, 30):
        for n in range(number):
            factories.pilot(cast.mona, f"P{number} {n}", owner=cast.alice)
        counts.append(statements(as_(cast.alice), "/my/"))
    # Three of them ask what waits for me, and one more for each app that asks something.
    assert counts[0] == counts[1] <= 8 + len(asks)


def test_of_many_questions_the_first_stand_open_and_all_are_counted(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.bob)
    many = [
        Ask(f"Number {n} of", pilot.ref, pilot.name, "Because.", "/my/", "Answer", clock.today())
        for n in range(11)
    ]
    with asks.temporarily("test", lambda user, as_of: many if user == cast.alice else []):
        html = text(as_(cast.alice).get("/my/"))
    assert '<a href="#asked-of-me">11 things</a> wait for your answer.' in html
    assert html.index("Number 9 of") < html.index("<summary>1 more</summary>")
    assert html.index("<summary>1 more</summary>") < html.index("Number 10 of")
