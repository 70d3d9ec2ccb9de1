"""The record of a pilot, section by section: shown, folded, edited in place, never lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from common import clock
from portfolio.actions import pilots
from portfolio.models import Channel, Event, Pilot
from portfolio.queries.sections import SECTIONS
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, text

WEB = Channel.WEB
RTL = "\u202e"


def one(cast: Cast, **values: Any) -> Pilot:
    return factories.pilot(cast.mona, "Coin counter", owner=cast.alice, **values)


def address(pilot: Pilot, section: str = "") -> str:
    return f"/pilots/{pilot.ref}/edit/" + (f"{section}/" if section else "")


def boxes(client: Any, pilot: Pilot, section: str = "") -> dict[str, Any]:
    """What the form would send as it stands."""
    form = client.get(address(pilot, section)).context["form"]
    found = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value not in (None, False)}


@pytest.mark.parametrize("section", [s.code for s in SECTIONS])
def test_every_section_has_a_page_and_a_part_of_its_own(cast: Cast, section: str) -> None:
    pilot = one(cast, stage="pilot")
    client = as_(cast.alice)
    page = text(client.get(address(pilot, section)))
    assert "<html" in page
    part = text(client.get(address(pilot, section), headers=HTMX))
    assert part.lstrip().startswith(f'<section class="section editing" id="section-{section}"')
    assert client.post(address(pilot, section), boxes(client, pilot, section)).status_code == 302
    assert not Event.objects.filter(verb="pilot.edited").exists()  # Nothing had changed.


def test_a_section_that_is_not_there(cast: Cast) -> None:
    assert as_(cast.alice).get(address(one(cast), "secrets")).status_code == 404


def test_what_is_not_due_is_folded_and_what_is_known_is_shown(cast: Cast) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    record = client.get(f"/pilots/{pilot.ref}/").context["page"].record
    assert [s.code for s in record.later] == ["proof", "hosting", "effort", "service"]
    html = text(client.get(f"/pilots/{pilot.ref}/"))
    assert "Asked from PoC on." in html
    pilots.edit(pilot=pilot, by=cast.alice, channel=WEB, on_call="Operations")
    record = client.get(f"/pilots/{pilot.ref}/").context["page"].record
    assert "service" in [s.code for s in record.side]
    moved = one(cast, stage="pilot")
    record = client.get(f"/pilots/{moved.ref}/").context["page"].record
    assert record.later == ()
    assert "Fill in" in text(client.get(f"/pilots/{moved.ref}/"))
    assert "Fill in" not in text(as_(cast.vera).get(f"/pilots/{moved.ref}/"))


def test_saving_in_place_brings_the_page_to_take_the_section_from(cast: Cast) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    sent = boxes(client, pilot, "charter") | {"hypothesis": "Nights become quiet"}
    response = client.post(address(pilot, "charter"), sent, headers=HTMX)
    assert response.status_code == 200
    assert "HX-Retarget" not in response
    html = text(response)
    assert 'id="section-charter"' in html
    assert "Nights become quiet" in html
    assert "is saved" in html
    # A folded section gets a new place, so the whole page is changed.
    sent = boxes(client, pilot, "service") | {"on_call": "Operations"}
    response = client.post(address(pilot, "service"), sent, headers=HTMX)
    assert response["HX-Retarget"] == "#pilot"


def test_only_the_fields_of_the_section_are_read(cast: Cast) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    foreign = {
        "name": "Mine", "stage": "production", "shipped": "on", "health": "on_track",
        "budget": "5", "restricted": "on", "registered_on": "2020-01-01", "version": "99",
    }  # fmt: skip
    sent = boxes(client, pilot, "charter") | {"problem": "Nights"} | foreign
    assert client.post(address(pilot, "charter"), sent).status_code == 302
    assert Event.objects.filter(verb="pilot.edited").get().after == {"problem": "Nights"}
    pilot.refresh_from_db()
    assert (pilot.name, pilot.stage, pilot.budget) == ("Coin counter", "idea", None)


def test_the_whole_record_is_the_sum_of_its_sections(cast: Cast) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    sent = boxes(client, pilot) | {"summary": "Counts all coins.", "third_party": "false"}
    sent |= {"stage": "production", "last_update_on": "2020-01-01"}
    assert client.post(address(pilot), sent).status_code == 302
    event = Event.objects.filter(verb="pilot.edited").get()
    assert event.after == {"summary": "Counts all coins.", "third_party": False}
    assert (event.actor, event.channel) == (cast.alice, "web")


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("section", ["", "charter"])
def test_who_comes_second_loses_nothing(cast: Cast, section: str, headers: dict[str, str]) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    mine = boxes(client, pilot, section) | {"problem": "Alice's words"}
    pilots.edit(pilot=pilot, by=cast.mona, channel=WEB, problem="Mona's words")
    response = client.post(address(pilot, section), mine, headers=headers)
    assert response.status_code == 409
    assert response["HX-Reswap"] == "outerHTML"
    html = text(response)
    assert "Mona&#x27;s words" in html
    assert "Alice&#x27;s words" in html
    pilot.refresh_from_db()
    assert pilot.problem == "Mona's words"
    again = mine | {"seen": response.context["form"].data["seen"]}
    assert client.post(address(pilot, section), again).status_code == 302
    pilot.refresh_from_db()
    assert pilot.problem == "Alice's words"


def test_the_same_form_sent_twice_is_one_edit(cast: Cast) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    mine = boxes(client, pilot, "charter") | {"problem": "Nights"}
    assert client.post(address(pilot, "charter"), mine).status_code == 302
    assert client.post(address(pilot, "charter"), mine).status_code == 302
    assert Event.objects.filter(verb="pilot.edited").count() == 1


def test_people_in_different_sections_do_not_meet(cast: Cast) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    mine = boxes(client, pilot, "charter") | {"problem": "Nights"}
    pilots.edit(pilot=pilot, by=cast.mona, channel=WEB, budget=Decimal(5))
    assert client.post(address(pilot, "charter"), mine).status_code == 302
    pilot.refresh_from_db()
    assert (pilot.problem, pilot.budget) == ("Nights", Decimal(5))


TOMORROW, YESTERDAY = "2099-12-31", "2020-01-01"


@pytest.mark.parametrize(
    ("section", "field", "value", "says"),
    [
        ("identity", "name", "", "required"),
        ("identity", "name", "x" * 10_000, "at most 500"),
        ("identity", "name", RTL, "needs a name"),
        ("identity", "audience", "martians", "valid choice"),
        ("identity", "intended_users", "-1", "greater than or equal"),
        ("identity", "intended_users", "1e400", "whole number"),
        ("identity", "unit", "999999", "valid choice"),
        ("charter", "problem", "y" * 10_000, "at most 5000"),
        ("charter", "seen", "", "required"),
        ("charter", "decide_by", YESTERDAY, "has passed"),
        ("proof", "poc_success_on", TOMORROW, "still to come"),
        ("proof", "training_data_until", TOMORROW, "still to come"),
        ("proof", "not_proven", "all of it", "valid choice"),
        ("proof", "demo_on", "0000-99-99", "valid date"),
        ("effort", "model_share", "101", "less than or equal to 100"),
        ("effort", "model_share", "NaN", "Enter a number"),
        ("money", "budget", "1e400", "Ensure that"),
        ("money", "budget", "-1", "greater than or equal"),
        ("service", "sla_latency_ms", "99999999999", "less than or equal"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    cast: Cast, section: str, field: str, value: str, says: str
) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    response = client.post(address(pilot, section), boxes(client, pilot, section) | {field: value})
    assert response.status_code == 422
    assert says in str(response.context["form"].errors.get(field))
    assert not Event.objects.filter(verb="pilot.edited").exists()


def test_dates_out_of_order(cast: Cast) -> None:
    today = clock.today()
    pilot = one(cast, stage="poc", stage_since=today - timedelta(days=30), decide_by=today)
    client = as_(cast.alice)

    def refused(section: str, field: str, **values: Any) -> str:
        sent = boxes(client, pilot, section) | values
        response = client.post(address(pilot, section), sent)
        assert response.status_code == 422
        return str(response.context["form"].errors[field])

    early, late = str(today - timedelta(days=40)), str(today - timedelta(days=20))
    assert "entered PoC on" in refused("proof", "poc_success_on", poc_success_on=early)
    assert "before they begin" in refused(
        "proof", "training_data_until", training_data_from=late, training_data_until=early
    )
    pilots.edit(pilot=pilot, by=cast.alice, channel=WEB, poc_success_on=today)
    assert "before it succeeded" in refused("charter", "target_launch_on", target_launch_on=late)
    # What an import left in disorder does not stand in the way of other edits.
    Pilot.objects.filter(pk=pilot.pk).update(poc_success_on=today + timedelta(days=400))
    sent = boxes(client, pilot, "proof") | {"artefact": "notebook"}
    assert client.post(address(pilot, "proof"), sent).status_code == 302


def test_what_the_poc_did_not_prove_stands_there_until_it_is_cleared(cast: Cast) -> None:
    pilot = one(cast, stage="poc")
    client = as_(cast.alice)
    sent = boxes(client, pilot, "proof")
    client.post(address(pilot, "proof"), sent | {"artefact": "script"})
    pilot.refresh_from_db()
    assert pilot.not_proven is None  # Saying nothing is not saying “nothing”.
    client.post(
        address(pilot, "proof"),
        boxes(client, pilot, "proof") | {"not_proven": ["no_load", "clean_data"]},
    )
    pilot.refresh_from_db()
    assert pilot.not_proven == ["clean_data", "no_load"]
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "<li>Never under real load</li>" in html
    assert "Ran on cleaned or hand-picked data only; Never under real load" in html  # History.
    both = boxes(client, pilot, "proof") | {"not_proven": ["no_load", "nothing"]}
    assert client.post(address(pilot, "proof"), both).status_code == 422
    client.post(
        address(pilot, "proof"), boxes(client, pilot, "proof") | {"not_proven": ["nothing"]}
    )
    pilot.refresh_from_db()
    assert pilot.not_proven == []
    html = text(client.get(f"/pilots/{pilot.ref}/"))
    assert "nothing is left open" in html
    assert 'value="nothing" ' in text(client.get(address(pilot, "proof")))


def test_texts_are_shown_as_texts(cast: Cast) -> None:
    attack = "<script>alert(1)</script> **bold** [x](javascript:alert(1))"
    pilot = one(cast)
    client = as_(cast.alice)
    sent = boxes(client, pilot, "charter") | {"problem": attack + RTL}
    client.post(address(pilot, "charter"), sent)
    html = text(client.get(f"/pilots/{pilot.ref}/"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert RTL not in html


def test_hints_do_not_block(cast: Cast) -> None:
    pilot = one(cast, stage="poc")
    client = as_(cast.alice)
    sent = boxes(client, pilot, "charter") | {"ready_when": "Everybody is happy"}
    assert client.post(address(pilot, "charter"), sent).status_code == 302
    sent = boxes(client, pilot, "effort") | {
        "model_share": "60", "build_days": "20", "integrate_days": "5", "departments": "4",
    }  # fmt: skip
    assert client.post(address(pilot, "effort"), sent).status_code == 302
    html = text(client.get(f"/pilots/{pilot.ref}/"))
    for words in ("names no number or unit", "More than half", "Connecting is planned", "4 dep"):
        assert words in html, words


def test_a_pilot_that_begins_in_poc_needs_what_poc_needs(cast: Cast) -> None:
    sent = {"name": "Coin sorter", "unit": one(cast).unit.pk, "stage": "poc", "problem": "Nights"}
    mona = as_(cast.mona)
    response = mona.post("/pilots/new/", sent)
    missing = "hypothesis, ready when, stop when, planned outlet, an owner inside the company."
    assert response.status_code == 422
    assert f"From PoC on it needs: {missing}" in text(response)
    sent |= {name: value for name, value in factories.CHARTER.items() if name != "problem"}
    assert "it needs: an owner inside the company." in text(mona.post("/pilots/new/", sent))
    assert not Pilot.objects.filter(name="Coin sorter").exists()
    sent["owner"] = cast.alice.email
    assert mona.post("/pilots/new/", sent).status_code == 302
    assert Pilot.objects.get(name="Coin sorter").stage == "poc"


def test_what_is_past_pilot_is_registered_by_a_manager(cast: Cast) -> None:
    sent = {"name": "Coin sorter", "unit": one(cast).unit.pk, "owner": cast.alice.email}
    sent |= factories.CHARTER
    for stage in ("rollout", "production"):
        response = as_(cast.alice).post("/pilots/new/", sent | {"stage": stage})
        assert response.status_code == 422
        assert "A portfolio manager registers what is past Pilot" in text(response)
    assert as_(cast.alice).post("/pilots/new/", sent | {"stage": "pilot"}).status_code == 302
    sent["name"] = "Bank note sorter"
    sent |= {"stage": "rollout", "decided_elsewhere": "The board of the mint, in March."}
    assert as_(cast.mona).post("/pilots/new/", sent).status_code == 302


def test_the_stage_form_says_what_is_missing_and_opens_the_door_to_it(cast: Cast) -> None:
    pilot = one(cast, problem="Nights")
    mona, url = as_(cast.mona), f"/pilots/{pilot.ref}/stage/"
    html = text(mona.get(url))
    needs = "Before PoC it needs: hypothesis, ready when, stop when, planned outlet."
    assert needs in html
    assert f'href="{address(pilot, "charter")}"' in html
    sent = {"stage": "poc", "on": str(clock.today()), "reason": "Go"}
    response = mona.post(url, sent)
    assert response.status_code == 422
    assert "needs: hypothesis" in str(response.context["form"].errors["stage"])
    still = "Before PoC it still needs: hypothesis, ready when, stop when, planned outlet."
    assert still in text(mona.get(f"/pilots/{pilot.ref}/"))
    pilots.edit(pilot=pilot, by=cast.mona, channel=WEB, **factories.CHARTER)
    assert "Before PoC" not in text(mona.get(url))
    assert mona.post(url, sent).status_code == 302
    pilot.refresh_from_db()
    assert pilot.decide_by == clock.today() + timedelta(days=91)
