"""The systems a pilot leans on, through HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from common import clock
from portfolio.actions import dependencies
from portfolio.models import Channel, Dependency, Event, Flag, Incident, Pilot
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, text

WEB = Channel.WEB
VALUES = {"name": "SAP", "kind": "erp", "status": "asked"}


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    return factories.pilot(cast.mona, owner=cast.alice, stage="poc")


def add(cast: Cast, pilot: Pilot, **values: Any) -> Any:
    sent = {**VALUES, "token": str(uuid4()), **values}
    return as_(cast.alice).post(f"/pilots/{pilot.ref}/systems/", sent)


def system(cast: Cast, pilot: Pilot, **values: Any) -> Dependency:
    given = {"name": "SAP", "kind": "erp", **values}
    return dependencies.add(pilot=pilot, by=cast.alice, channel=WEB, **given)


def test_an_empty_section_says_what_to_add_and_why(cast: Cast, pilot: Pilot) -> None:
    html = text(as_(cast.alice).get(f"/pilots/{pilot.ref}/"))
    assert "No system is named yet." in html
    assert "who answers for each" in html
    assert f"/pilots/{pilot.ref}/systems/" in html
    seen = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert f"/pilots/{pilot.ref}/systems/" not in seen


def test_an_idea_is_not_asked_for_it(cast: Cast) -> None:
    idea = factories.pilot(cast.mona, owner=cast.alice)
    html = text(as_(cast.alice).get(f"/pilots/{idea.ref}/"))
    assert "Systems it leans on" not in html
    assert "A system it leans on" in html  # The door below.
    system(cast, idea)
    assert "Systems it leans on" in text(as_(cast.alice).get(f"/pilots/{idea.ref}/"))


def test_everything_that_was_said_is_on_the_page(cast: Cast, pilot: Pilot) -> None:
    answer = add(
        cast, pilot, target="core", contact="Ines, finance systems", agreement="Nightly export",
        agreement_url="https://wiki.example/sap", is_source="on", formats="15", null_rate="12.5",
        encodings="CP1252", api_docs_on="2019-04-01", issues=["missing", "duplicates"],
    )  # fmt: skip
    assert answer.status_code == 302
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    for words in (
        "SAP", "ERP", "data source", "Asked", "Ines, finance systems", "Nightly export",
        'href="https://wiki.example/sap" rel="noopener', "12.5 %", "CP1252", "1 Apr 2019",
        "missing fields, duplicates", "Core application (asked)", "API (no system named)",
        "0 of 1 agreements are in place.", "named a system it leans on",
    ):  # fmt: skip
        assert words in html, words
    event = Event.objects.get(verb="dependency.added")
    assert event.after["kind"] == "ERP"
    assert event.after["issues"] == "Missing fields, Duplicates"


def test_the_same_form_sent_twice_is_one_row(cast: Cast, pilot: Pilot) -> None:
    token = str(uuid4())
    assert add(cast, pilot, token=token).status_code == 302
    assert add(cast, pilot, token=token).status_code == 302
    assert pilot.dependencies.count() == 1
    assert Event.objects.filter(verb="dependency.added").count() == 1
    other = factories.pilot(cast.mona, "Other", owner=cast.alice)
    assert add(cast, other, token=token).status_code == 422
    assert not other.dependencies.exists()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "required"),
        ("name", "x" * 10_000, "at most 200"),
        ("name", "\u202e\u200f", "needs a name"),
        ("kind", "martian", "valid choice"),
        ("status", "", "required"),
        ("agreement_url", "javascript:alert(1)", "begins with https://"),
        ("agreement_url", "https://", "begins with https://"),
        ("formats", "-1", "greater than or equal to 0"),
        ("formats", "1e400", "whole number"),
        ("null_rate", "NaN", "Enter a number"),
        ("null_rate", "1e400", "digits"),
        ("null_rate", "101", "less than or equal to 100"),
        ("api_docs_on", "2999-01-01", "2100"),
        ("api_docs_on", "2099-01-01", "day to come"),
        ("issues", ["missing", "none"], "Tick what was found"),
        ("issues", ["spiders"], "valid choice"),
        ("agreement", "y" * 10_000, "at most 5000"),
        ("token", "no-token", "valid UUID"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    cast: Cast, pilot: Pilot, field: str, value: Any, says: str
) -> None:
    answer = add(cast, pilot, is_source="on", **{field: value})
    assert answer.status_code == 422
    assert says in text(answer)
    assert not pilot.dependencies.exists()


def test_only_a_source_has_a_sheet(cast: Cast, pilot: Pilot) -> None:
    answer = add(cast, pilot, formats="3")
    assert answer.status_code == 422
    assert "Only a data source has these" in text(answer)
    assert add(cast, pilot, is_source="on", issues=["none"]).status_code == 302
    assert pilot.dependencies.get().issues == []
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "nothing found" in html
    assert "Nobody has looked at: formats, empty cells, encodings, documentation of." in html


def test_a_name_is_in_the_list_once(cast: Cast, pilot: Pilot) -> None:
    row = system(cast, pilot)
    assert "is in the list already" in text(add(cast, pilot, name="sap"))
    dependencies.end(dependency=row, by=cast.alice, channel=WEB)
    assert add(cast, pilot, name="sap").status_code == 302


def test_attacks_are_shown_as_text(cast: Cast, pilot: Pilot) -> None:
    attack = "<img src=x onerror=alert(1)> [x](javascript:alert(1))"
    add(cast, pilot, name=attack, agreement=attack)
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_who_comes_second_loses_nothing(cast: Cast, pilot: Pilot) -> None:
    row = system(cast, pilot, contact="Ines")
    dependencies.change(
        dependency=row, by=cast.mona, channel=WEB, revision=1, contact="Mona's team"
    )
    url = f"/pilots/{pilot.ref}/systems/{row.pk}/"
    mine = {**VALUES, "revision": "1", "contact": "Alice's team"}
    answer = as_(cast.alice).post(url, mine, headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Reswap"] == "outerHTML"
    html = text(answer)
    assert "Mona&#x27;s team" in html
    assert "Alice&#x27;s team" in html
    row.refresh_from_db()
    assert row.contact == "Mona's team"
    again = mine | {"revision": answer.context["form"].data["revision"]}
    assert as_(cast.alice).post(url, again).status_code == 302
    row.refresh_from_db()
    assert (row.contact, row.revision) == ("Alice's team", 3)


def test_hidden_fields_are_not_taken_over(cast: Cast, pilot: Pilot) -> None:
    other = factories.pilot(cast.mona, "Other")
    add(cast, pilot, pilot_id=other.pk, since="2001-01-01", until="2001-01-02", recorded_at="x")
    row = Dependency.objects.get()
    assert (row.pilot, row.since, row.until) == (pilot, clock.today(), None)


def test_a_row_of_another_pilot_is_not_there(cast: Cast, pilot: Pilot) -> None:
    other = factories.pilot(cast.mona, "Other", owner=cast.alice)
    row = system(cast, other)
    client = as_(cast.alice)
    assert client.get(f"/pilots/{pilot.ref}/systems/{row.pk}/").status_code == 404
    assert client.post(f"/pilots/{pilot.ref}/systems/{row.pk}/end/").status_code == 404


def test_an_ended_system_can_be_taken_back(cast: Cast, pilot: Pilot) -> None:
    row = system(cast, pilot)
    client = as_(cast.alice)
    url = f"/pilots/{pilot.ref}/systems/{row.pk}/end/"
    html = text(client.post(url, headers=HTMX))
    assert f'action="{url}?undo"' in html
    assert "SAP, until" in html
    client.post(url + "?undo")
    row.refresh_from_db()
    assert row.until is None
    verbs = Event.objects.filter(pilot=pilot, verb__startswith="dependency.")
    assert [e.verb for e in verbs.order_by("pk")] == [
        "dependency.added", "dependency.ended", "dependency.reopened",
    ]  # fmt: skip


def test_an_incident_opens_the_flag_and_closing_it_closes_the_flag(
    cast: Cast, pilot: Pilot
) -> None:
    row, client = system(cast, pilot), as_(cast.alice)
    url = f"/pilots/{pilot.ref}/systems/{row.pk}/incidents/"
    sent = {
        "what": "Prices are in cents now", "kind": "silent_drift", "token": str(uuid4()),
        "opened_on": f"{clock.today()}",
    }  # fmt: skip
    assert client.post(url, sent | {"opened_on": "2099-01-01"}).status_code == 422
    assert client.post(url, sent | {"what": ""}).status_code == 422
    html = text(client.post(url, sent, headers=HTMX))
    assert "Prices are in cents now" in html
    assert "Silent drift" in html
    client.post(url, sent)  # Sent twice.
    incident = Incident.objects.get()
    assert Flag.objects.open().filter(rule="SILENT_DRIFT").count() == 1
    assert client.post(f"/pilots/{pilot.ref}/systems/{row.pk}/end/").status_code == 422
    there = f"/pilots/{pilot.ref}/incidents/{incident.pk}/"
    closing = sent | {"revision": "1", "closed_on": "2000-01-01", "cure": "Divided by 100"}
    assert "before it began" in text(client.post(there, closing))
    assert client.post(there, closing | {"closed_on": f"{clock.today()}"}).status_code == 302
    assert not Flag.objects.open().filter(rule="SILENT_DRIFT").exists()
    assert "Divided by 100" in text(client.get(f"/pilots/{pilot.ref}/"))
