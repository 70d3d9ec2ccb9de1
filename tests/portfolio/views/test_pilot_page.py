"""The page of one pilot, its history, create and edit, through HTTP."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from common import clock
from common.registry import stage_guards
from portfolio.actions import metrics, pilots, stages, updates
from portfolio.models import Channel, Event, Flag, Health, Pilot, PilotFacts
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text

WEB = Channel.WEB
PAGES = (
    ("", "view"), ("history/", "view"), ("edit/", "edit"), ("update/", "edit"), ("hold/", "edit"),
    ("people/", "edit"), ("metrics/", "edit"), ("stage/", "manage"),
)  # fmt: skip


def full(cast: Cast) -> Pilot:
    """A pilot with something in every section."""
    pilot = factories.pilot(
        cast.mona, "Coin counter", owner=cast.alice, unit=factories.unit("Treasury", "Mint"),
        stage="poc", stage_since=clock.today() - timedelta(days=132), summary="Counts coins.",
        problem="Counting takes all night.", budget=Decimal(12_500),
    )  # fmt: skip
    metric = metrics.add(
        pilot=pilot, by=cast.alice, channel=WEB, name="Coins an hour", unit="coins",
        baseline=Decimal(100), target=Decimal(500),
    )  # fmt: skip
    for value in (150, 300):
        metrics.read(metric=metric, by=cast.alice, channel=WEB, value=Decimal(value), source="Log")
    updates.post(
        pilot=pilot, by=cast.alice, channel=WEB, health=Health.AT_RISK,
        note="The belt slips.", next_step="New belt", next_step_due=clock.today(),
    )  # fmt: skip
    PilotFacts.objects.create(pilot=pilot, values={"Topic": "Mission-enabling"})
    return pilot


def test_the_page_tells_the_whole_story(cast: Cast) -> None:
    pilot = full(cast)
    html = text(as_(cast.mona).get(f"/pilots/{pilot.ref}/"))
    for words in (
        "Coin counter", pilot.ref, "Treasury / Mint", "132 days in PoC", "not recorded",
        "Last update today", "At risk", "Counts coins.", "Counting takes all night.",
        "Coins an hour", "300", "of 500", "50 % of the way", "Alice", "12,500", "The belt slips.",
        "New belt", "Mission-enabling", "Whole timeline", "recorded a reading",
        "The day to decide by has passed.", "In PoC for 132 days", "To clear it",
    ):  # fmt: skip
        assert words in html, words


def test_unknown_is_said(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    for words in ("Known since today, in Idea", "entry date unknown", "Never updated", "No owner",
                  "Find an owner", "Unknown: budget"):  # fmt: skip
        assert words in html, words
    assert "Assign an owner" not in html  # Vera may not.


@pytest.mark.parametrize(("path", "need"), PAGES)
def test_who_may_open_which_door(cast: Cast, path: str, need: str) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice, restricted=True)
    open_one = factories.pilot(cast.mona, "Open", owner=cast.alice)
    allowed = {
        "view": {"alice", "mona", "otto"}, "edit": {"alice", "mona"}, "manage": {"mona"}
    }[need]  # fmt: skip
    for who in ("alice", "bob", "vera", "charlie", "mona", "ada", "ed", "otto"):
        client = as_(getattr(cast, who))
        hidden = client.get(f"/pilots/{pilot.ref}/{path}").status_code
        seen = client.get(f"/pilots/{open_one.ref}/{path}").status_code
        sees = who in ("alice", "mona", "otto")
        assert hidden == (200 if who in allowed else 403 if sees else 404), (who, path)
        assert seen == (200 if need == "view" or who in allowed else 403), (who, path)


@pytest.mark.parametrize("ref", ["PIL-999999", "nonsense", "PIL-", "9" * 40, "PIL-٣"])
def test_what_does_not_exist_is_404(cast: Cast, ref: str) -> None:
    assert as_(cast.mona).get(f"/pilots/{ref}/").status_code == 404


def test_the_statements_do_not_grow(cast: Cast) -> None:
    pilot = full(cast)
    client = as_(cast.mona)
    before = statements(client, f"/pilots/{pilot.ref}/")
    for n in range(10):
        metric = metrics.add(pilot=pilot, by=cast.mona, channel=WEB, name=f"M{n}")
        metrics.read(metric=metric, by=cast.mona, channel=WEB, value=Decimal(n))
        updates.post(pilot=pilot, by=cast.mona, channel=WEB, health=Health.ON_TRACK)
    assert statements(client, f"/pilots/{pilot.ref}/") == before <= 18  # Extensions, money.
    assert statements(client, f"/pilots/{pilot.ref}/history/") <= 6


def test_the_history_goes_on_page_by_page(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, "Zero")
    for n in range(45):
        pilot = pilots.edit(pilot=pilot, by=cast.mona, channel=WEB, name=f"Name {n}")
    client, seen = as_(cast.vera), 0
    url = f"/pilots/{pilot.ref}/history/"
    pages = 0
    while url:
        response = client.get(url, headers=HTMX if pages else {})
        seen += text(response).count('<li class="k-changes">')
        following = response.context["events"].next
        url = f"/pilots/{pilot.ref}/history/?cursor={following}" if following else ""
        pages += 1
    assert (seen, pages) == (46, 1)
    assert "<del>Name 43</del> → <ins>Name 44</ins>" in text(client.get(f"/pilots/{pilot.ref}/"))


def create(cast: Cast, **values: Any) -> Any:
    return as_(cast.alice).post("/pilots/new/", {
        "name": "Coin counter", "unit": factories.unit("Mint").pk, "owner": "alice@example.com",
        "problem": "Nights", "decide_by": "2027-01-31", "stage": "idea", **values,
    })  # fmt: skip


def test_creating_asks_five_things(cast: Cast) -> None:
    assert create(cast).status_code == 302
    pilot = Pilot.objects.get()
    assert (pilot.name, pilot.problem, pilot.decide_by) == (
        "Coin counter", "Nights", date(2027, 1, 31),
    )  # fmt: skip
    assert pilot.people.get().person == cast.alice
    assert [e.verb for e in pilot.events.order_by("id")] == ["pilot.registered", "person.assigned"]
    assert as_(cast.vera).get("/pilots/new/").status_code == 403


def test_a_similar_name_is_shown_before_it_is_saved(cast: Cast) -> None:
    there = factories.pilot(cast.mona, "Coin counters")
    hidden = factories.pilot(cast.mona, "Coin counter X", restricted=True)
    response = create(cast)
    assert response.status_code == 422
    assert there.ref in text(response)
    assert hidden.name not in text(response)
    assert Pilot.objects.count() == 2
    assert create(cast, confirmed="on").status_code == 302
    html = text(as_(cast.alice).get("/pilots/similar/?name=coin+counter", headers=HTMX))
    assert there.ref in html


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "required"),
        ("name", "x" * 10_000, "at most 500"),
        ("name", "\u202e\u200f", "needs a name"),
        ("problem", "x" * 10_000, "at most 5000"),
        ("unit", "", "Which unit"),
        ("unit", "999999", "valid choice"),
        ("owner", "nobody@example.com", "Nobody here"),
        ("decide_by", "31.31.2027", "valid date"),
        ("decide_by", "9999-12-31", "less than"),
        ("stage", "stopped", "valid choice"),
    ],
)
def test_bad_input_is_said_beside_its_field(cast: Cast, field: str, value: str, says: str) -> None:
    response = create(cast, **{field: value})
    assert response.status_code == 422
    assert says in text(response)
    assert not Pilot.objects.exists()


def test_control_and_bidi_characters_do_not_get_into_names(cast: Cast) -> None:
    create(cast, name="Coin\u202e \x07counter")
    assert Pilot.objects.get().name == "Coin counter"


def test_a_nul_byte_is_refused(cast: Cast) -> None:
    assert create(cast, name="Coin\x00counter").status_code in (400, 422)
    assert not Pilot.objects.exists()


def test_who_manages_everything_may_name_a_new_unit(cast: Cast) -> None:
    factories.unit("Sales")
    values = {"name": "Coins", "new_unit": "Mint", "stage": "idea"}
    as_(cast.mona).post("/pilots/new/", values)
    assert Pilot.objects.get().unit.path == "Mint"
    response = as_(cast.alice).post("/pilots/new/", {**values, "name": "Other", "new_unit": "Zoo"})
    assert response.status_code == 422


def test_the_stage_is_changed_with_date_and_reason(cast: Cast) -> None:
    pilot = full(cast)
    url = f"/pilots/{pilot.ref}/stage/"
    response = as_(cast.mona).post(
        url, {"stage": "pilot", "on": str(clock.today()), "reason": "It counts."}, headers=HTMX
    )
    assert response.status_code == 200
    assert response["HX-Retarget"] == "#pilot"
    assert "is in Pilot now" in text(response)
    assert Event.objects.filter(verb="pilot.stage_changed").get().reason == "It counts."
    assert Flag.objects.open().filter(pilot=pilot, rule="STALE_POC").count() == 0


def test_a_guard_objects_beside_the_field(cast: Cast) -> None:
    pilot = full(cast)
    values = {"stage": "pilot", "on": str(clock.today()), "reason": "Hurry"}
    with stage_guards.temporarily("test", lambda pilot, stage: "Three questions are open."):
        response = as_(cast.mona).post(f"/pilots/{pilot.ref}/stage/", values, headers=HTMX)
    assert response.status_code == 422
    assert "Three questions are open." in text(response)
    assert '<form class="form" id="pilot-form"' in text(response)
    late = {**values, "on": str(clock.today() + timedelta(days=1))}
    assert as_(cast.mona).post(f"/pilots/{pilot.ref}/stage/", late).status_code == 422
    assert as_(cast.alice).post(f"/pilots/{pilot.ref}/stage/", values).status_code == 403


def test_hold_has_an_end_and_a_reason(cast: Cast) -> None:
    pilot = full(cast)
    client = as_(cast.alice)
    url = f"/pilots/{pilot.ref}/hold/"
    assert client.post(url, {"until": str(clock.today()), "reason": "x"}).status_code == 422
    until = clock.today() + timedelta(days=30)
    assert client.post(url, {"until": str(until), "reason": "Budget round"}).status_code == 302
    assert "Budget round" in text(client.get(f"/pilots/{pilot.ref}/"))
    assert client.get(f"/pilots/{pilot.ref}/resume/").status_code == 405
    client.post(f"/pilots/{pilot.ref}/resume/")
    pilot.refresh_from_db()
    assert pilot.on_hold_until is None


def test_a_flag_is_snoozed_and_woken(cast: Cast) -> None:
    pilot = full(cast)
    flag = Flag.objects.open().get(pilot=pilot, rule="STALE_POC")
    client = as_(cast.alice)
    url = f"/pilots/{pilot.ref}/flags/{flag.pk}/"
    until = clock.today() + timedelta(days=7)
    assert client.post(url + "snooze/", {"until": str(until), "reason": ""}).status_code == 422
    sent = {"until": str(until), "reason": "Decision on Monday"}
    html = text(client.post(url + "snooze/", sent, headers=HTMX))
    assert "Decision on Monday" in html
    assert client.get("/pilots/?flag=STALE_POC").context["list"].count == 0
    assert client.get("/pilots/?flag=STALE_POC&snoozed=1").context["list"].count == 1
    client.post(url + "wake/")
    assert client.get("/pilots/?flag=STALE_POC").context["list"].count == 1
    other = factories.pilot(cast.mona, "Other", owner=cast.alice)
    assert client.get(f"/pilots/{other.ref}/flags/{flag.pk}/snooze/").status_code == 404
    assert as_(cast.bob).post(url + "snooze/", sent).status_code == 403


def test_metrics_and_readings(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    client = as_(cast.alice)
    url = f"/pilots/{pilot.ref}/metrics/"
    sent = {
        "name": "Hours saved",
        "unit": "h",
        "direction": "up",
        "target": "1 000.5",
        "cadence_days": "30",
    }
    assert "is measured from now on" in text(client.post(url, sent, headers=HTMX))
    metric = pilot.metrics.get()
    assert metric.target == Decimal("1000.5")
    assert client.post(url, sent).status_code == 422  # The name is taken.
    for bad in ("NaN", "Infinity", "1e400", "x", ""):
        reading = {"value": bad, "on": str(clock.today())}
        assert client.post(f"{url}{metric.pk}/read/", reading).status_code == 422, bad
    reading = {"value": "12.5", "on": str(clock.today()), "source": "Timesheets"}
    assert client.post(f"{url}{metric.pk}/read/", reading).status_code == 302
    assert "Timesheets" in text(client.get(f"/pilots/{pilot.ref}/"))
    late = reading | {"on": str(clock.today() + timedelta(days=1))}
    assert client.post(f"{url}{metric.pk}/read/", late).status_code == 422
    other = factories.pilot(cast.mona, "Other", owner=cast.alice)
    assert client.get(f"/pilots/{other.ref}/metrics/{metric.pk}/read/").status_code == 404


def test_the_voyage_of_a_stopped_pilot_shows_where_it_ended(cast: Cast) -> None:
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        pilot = factories.pilot(
            cast.mona, owner=cast.alice, stage="poc", stage_since=date(2026, 1, 5)
        )
        stages.change(
            pilot=pilot, by=cast.mona, channel="web", stage="stopped", reason="No data",
            decided=True,
        )  # fmt: skip
        html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "Stopped" in html
    assert "5 Jan 2026" in html
    assert "What to do next" not in html


def test_every_place_of_the_index_is_on_the_page(cast: Cast) -> None:
    """On a phone the page is long; its index leads to each section, and to none that is not."""
    for pilot in (full(cast), factories.pilot(cast.mona, "New idea"), factories.pilot(
        cast.mona, "In use", stage="production", owner=cast.alice
    )):  # fmt: skip
        for person in (cast.mona, cast.vera):
            html = text(as_(person).get(f"/pilots/{pilot.ref}/"))
            index = html.partition('<nav class="jump"')[2].partition("</nav>")[0]
            places = re.findall(r'href="#([^"]+)"', index)
            assert len(places) == len(set(places)) > 5
            for place in places:
                assert html.count(f'id="{place}"') == 1, place


def test_what_is_not_asked_yet_stands_in_one_list(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, "New idea")
    html = text(as_(cast.mona).get(f"/pilots/{pilot.ref}/"))
    assert html.count("Not asked for yet") == 1
    assert "A system it leans on" in html
    assert "Asked from PoC on." in html
    seen = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "A system it leans on" not in seen
    assert "Asked from PoC on." in seen
