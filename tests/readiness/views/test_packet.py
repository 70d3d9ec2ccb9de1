"""The gate packet over HTTP: reading it, proposing on it, answering on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from common import clock
from portfolio.actions import extensions
from portfolio.models import Channel, Pilot
from readiness.actions import decisions
from readiness.models import Condition, Decision, Proposal
from readiness.terms import STOP_TEXTS
from tests.factories import CHARTER, Cast, pilot

HTMX = {"HX-Request": "true"}


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def later(days: int = 60) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


@pytest.fixture
def invoices(cast: Cast) -> Pilot:
    return pilot(cast.mona, owner=cast.alice, stage="poc", **CHARTER)


def send(who: Any, one: Pilot, **values: str) -> Any:
    given = {"outcome": "go", "to_stage": "pilot", "reason": "It works.",
             "next_decide_by": later(), **values}  # fmt: skip
    return as_(who).post(f"/pilots/{one.ref}/packet/propose/", given)


def test_everyone_reads_the_paper_and_only_managers_propose(cast: Cast, invoices: Pilot) -> None:
    url = f"/pilots/{invoices.ref}/packet/"
    html = text(as_(cast.vera).get(url))
    assert "Shall Invoice reader go from PoC to Pilot?" in html
    assert "Nothing is proposed." in html
    assert 'name="outcome"' not in html
    html = text(as_(cast.mona).get(url))
    assert html.count('name="outcome"') == 5
    assert 'name="condition0-what"' in html, "Every term is there without a script."


def test_another_gate_is_shown_by_its_address(cast: Cast, invoices: Pilot) -> None:
    client = as_(cast.vera)
    html = text(client.get(f"/pilots/{invoices.ref}/packet/?to=rollout"))
    assert "What the gate of Rollout finds" in html
    assert "It blocks" in html
    assert "twelve-month questions are not answered" in html
    assert f"/pilots/{invoices.ref}/twelve-months/" in html, "Each finding leads to its cure."
    for odd in ("nowhere", "poc", "<script>", "x" * 500):
        assert client.get(f"/pilots/{invoices.ref}/packet/", {"to": odd}).status_code == 200


def test_a_proposal_is_approved_by_another(cast: Cast, invoices: Pilot) -> None:
    url = f"/pilots/{invoices.ref}/packet/"
    assert send(cast.mona, invoices).status_code == 302
    html = text(as_(cast.mona).get(url))
    assert "You proposed this; somebody else approves." in html
    assert "/approve/" not in html
    html = text(as_(cast.ed).get(url))
    assert "Proposed: Go, to Pilot" in html
    number = Proposal.objects.get().pk
    response = as_(cast.ed).post(f"{url}{number}/approve/")
    assert response.status_code == 302
    invoices.refresh_from_db()
    assert invoices.stage == "pilot"
    html = text(as_(cast.vera).get(url))
    assert "Decisions before" in html
    assert "Shall Invoice reader go from Pilot to Rollout?" in html


def test_conditions_are_typed_as_rows(cast: Cast, invoices: Pilot) -> None:
    rows = {"condition0-what": "Load test", "condition0-owner": "Alice",
            "condition0-due": later(20), "condition3-what": "Contract",
            "condition3-owner": "alice@example.com", "condition3-due": later(30)}  # fmt: skip
    assert send(cast.mona, invoices, outcome="conditions", **rows).status_code == 302
    html = text(as_(cast.ed).get(f"/pilots/{invoices.ref}/packet/"))
    assert "Load test" in html
    assert "Contract" in html
    decisions.approve(proposal=Proposal.objects.get(), by=cast.ed, channel=Channel.WEB)
    assert Condition.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"outcome": ""}, "Choose an outcome."),
        ({"outcome": "maybe"}, "Select a valid choice"),
        ({"reason": ""}, "Say why: it is kept with the decision"),
        ({"next_decide_by": ""}, "Say by which day Pilot is decided."),
        ({"next_decide_by": "2020-01-01"}, "Choose a day to come."),
        ({"next_decide_by": "9999-12-31"}, "Ensure this value is less"),
        ({"outcome": "hold"}, "Say until when it is held: a hold"),
        ({"outcome": "extend"}, "more time without a day is no decision"),
        ({"outcome": "conditions"}, "Add one condition at least"),
        (
            {"outcome": "conditions", "condition0-what": "Test", "condition0-owner": "Nobody"},
            "Nobody here has that name",
        ),
        (
            {"outcome": "conditions", "condition0-what": "Test", "condition0-owner": "Alice"},
            "Choose by when: a condition without a day",
        ),
        (
            {"outcome": "conditions", "condition0-owner": "Alice", "condition0-due": "2030-01-01"},
            "Say what has to be done, so that anybody",
        ),
        (
            {"outcome": "conditions", "condition0-what": "Test", "condition0-due": "2030-01-01"},
            "Choose who answers for it: what is everybody",
        ),
        ({"outcome": "stop"}, "Choose what weighed most: a year"),
        ({"reason": "x" * 10_001}, "Ensure this value has at most"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    cast: Cast, invoices: Pilot, values: dict[str, str], sentence: str
) -> None:
    given = {"stop-lessons": "Typed already", "reason": "It works.", **values}
    response = send(cast.mona, invoices, **given)
    assert response.status_code == 422
    html = text(response)
    assert sentence in html
    assert "Typed already" in html
    assert not Proposal.objects.exists()


def test_each_box_of_a_stop_says_what_to_write_and_why(cast: Cast, invoices: Pilot) -> None:
    html = text(send(cast.mona, invoices, outcome="stop", reason=""))
    for sentence in (
        "Say why: it is kept with the decision", "Choose what weighed most: a year later",
        "Choose one reason at least, of any family", *STOP_TEXTS.values(),
    ):  # fmt: skip
        assert html.count(sentence) == 1, sentence
    assert "This field is required" not in html


def test_what_is_wrong_with_a_condition_stands_in_its_row(cast: Cast, invoices: Pilot) -> None:
    """Rows that are left out do not shift the sentence to another one."""
    rows = {"condition1-what": "Load test", "condition1-owner": "Alice",
            "condition1-due": later(20), "condition3-what": "Contract",
            "condition3-owner": "Alice", "condition3-due": "2020-01-01"}  # fmt: skip
    response = send(cast.mona, invoices, outcome="conditions", **rows)
    assert response.status_code == 422
    first, second, third, fourth = text(response).split('class="condition-row"')[1:5]
    assert "Choose a day to come." in fourth
    assert not any("Choose a day" in row for row in (first, second, third))
    assert "Condition 2:" not in text(response)


def test_a_hold_without_an_end_is_told_beside_its_box(cast: Cast, invoices: Pilot) -> None:
    html = text(send(cast.mona, invoices, outcome="hold", reason=""))
    box = html.split('name="until"')[1].split('name="to_day"')[0]
    assert "a hold without an end is a stop that nobody decided" in box
    assert "Say why: it is kept" in html, "All that is missing is said at once."


def test_a_stop_asks_what_becomes_of_it(cast: Cast, invoices: Pilot) -> None:
    stop = {"stop-family": "data", "stop-codes": "drift", "stop-lessons": "Ask first.",
            "stop-reuse": "The parser.", "stop-data": "Deleted.", "stop-access": "IT."}  # fmt: skip
    assert send(cast.mona, invoices, outcome="stop", **stop).status_code == 302
    html = text(as_(cast.ed).get(f"/pilots/{invoices.ref}/packet/"))
    assert "Ask first." in html
    assert "Shall Invoice reader end?" in html


def test_more_time_goes_its_own_way(cast: Cast, invoices: Pilot) -> None:
    response = send(cast.mona, invoices, outcome="extend", to_day=later(120))
    assert response.status_code == 302
    assert invoices.extensions.get().reason == "It works."
    html = text(as_(cast.ed).get(f"/pilots/{invoices.ref}/packet/"))
    assert "More time is asked for" in html
    response = send(cast.mona, invoices)
    assert response.status_code == 409
    assert "An extension waits for an answer" in text(response)
    extensions.approve(extension=invoices.extensions.get(), by=cast.ed, channel=Channel.WEB)


def test_two_propose_and_the_second_keeps_the_words(cast: Cast, invoices: Pilot) -> None:
    send(cast.mona, invoices)
    response = send(cast.mona, invoices, reason="My long reasons.")
    assert response.status_code == 409
    assert "proposed “Go” already" in text(response)
    assert "My long reasons." in text(response)


def test_a_block_asks_for_a_reason(cast: Cast, invoices: Pilot) -> None:
    send(cast.mona, invoices, to_stage="rollout")
    url = f"/pilots/{invoices.ref}/packet/{Proposal.objects.get().pk}/approve/"
    response = as_(cast.ed).post(url, {"override_reason": " "}, headers=HTMX)
    assert response.status_code == 422
    assert text(response).lstrip().startswith('<section class="section decide" id="decide"')
    assert "The gate blocks:" in text(response)
    response = as_(cast.ed).post(url, {"override_reason": "The board insists."}, headers=HTMX)
    assert response["HX-Redirect"] == f"/pilots/{invoices.ref}/packet/"
    assert Decision.objects.get().override_reason == "The board insists."


def test_who_comes_second_is_told(cast: Cast, invoices: Pilot) -> None:
    send(cast.mona, invoices)
    url = f"/pilots/{invoices.ref}/packet/{Proposal.objects.get().pk}/"
    assert as_(cast.ed).post(f"{url}decline/", {"answer": "Not yet."}).status_code == 302
    for verb in ("approve", "decline"):
        response = as_(cast.ed).post(f"{url}{verb}/", {"answer": "No.", "override_reason": "x"})
        assert response.status_code == 409
        assert "settled in the meantime" in text(response)
    assert as_(cast.mona).post(f"{url}withdraw/").status_code == 409


def test_who_comes_second_is_told_in_place(cast: Cast, invoices: Pilot) -> None:
    """A manager too, who could propose anew: the sentence stands above that form."""
    send(cast.mona, invoices)
    url = f"/pilots/{invoices.ref}/packet/{Proposal.objects.get().pk}/"
    as_(cast.ed).post(f"{url}decline/", {"answer": "Not yet."})
    for who in (cast.ed, cast.mona):
        verb = "approve" if who == cast.ed else "withdraw"
        response = as_(who).post(f"{url}{verb}/", {"override_reason": "x"}, headers=HTMX)
        assert response.status_code == 409
        assert response["HX-Reswap"] == "outerHTML", "Without it the browser shows only a number."
        assert "settled in the meantime" in text(response)


def test_the_paper_names_lists_as_people_do(cast: Cast, invoices: Pilot) -> None:
    html = text(as_(cast.vera).get(f"/pilots/{invoices.ref}/packet/"))
    assert "Lists asked: Production readiness v" in html
    assert "eternal_poc" not in html
    assert "Unknown counts as missing" not in html


def test_a_hold_passes_no_gate(cast: Cast, invoices: Pilot) -> None:
    send(cast.mona, invoices, outcome="hold", until=later(), to_stage="")
    html = text(as_(cast.ed).get(f"/pilots/{invoices.ref}/packet/"))
    assert "It stays in PoC, so no gate is passed." in html
    assert "What the gate of" not in html


def test_a_shipped_pilot_asks_for_the_stage_it_goes_to(cast: Cast) -> None:
    live = pilot(cast.mona, owner=cast.alice, stage="production", **CHARTER)
    html = text(as_(cast.mona).get(f"/pilots/{live.ref}/packet/"))
    assert "It has shipped" in html
    assert '<option value="" selected>Choose a stage</option>' in html
    response = send(cast.mona, live, to_stage="")
    assert response.status_code == 422
    assert "Choose the stage it goes to." in text(response)


def test_taking_back_and_declining(cast: Cast, invoices: Pilot) -> None:
    for who, verb, values in (
        (cast.mona, "withdraw", {}), (cast.ed, "decline", {"answer": "Not yet."}),
    ):  # fmt: skip
        send(cast.mona, invoices)
        number = Proposal.objects.get(state="waiting").pk
        url = f"/pilots/{invoices.ref}/packet/{number}/{verb}/"
        assert as_(cast.alice).post(url, values).status_code == 403
        if verb == "decline":
            assert as_(who).post(url).status_code == 422
        assert as_(who).post(url, values).status_code == 302
    other = pilot(cast.mona, "Other", owner=cast.alice)
    assert as_(cast.ed).post(f"/pilots/{other.ref}/packet/{number}/decline/").status_code == 404


def test_the_stage_dialog_leads_to_the_packet(cast: Cast, invoices: Pilot) -> None:
    url = f"/pilots/{invoices.ref}/stage/"
    html = text(as_(cast.mona).get(url))
    assert "Rollout, Production and Stopped need a decision" in html
    assert f'href="/pilots/{invoices.ref}/packet/"' in html
    assert "The gate of Pilot warns." in html
    assert "Success is not measured." in html
    sent = {"stage": "stopped", "on": str(clock.today()), "reason": "No data"}
    response = as_(cast.mona).post(url, sent)
    assert response.status_code == 422
    assert "Ending it needs a decision" in text(response)
    sent["stage"] = "pilot"
    assert as_(cast.mona).post(url, sent).status_code == 302, "A gate that warns lets it pass."


def test_an_ended_pilot_is_asked_whether_it_runs_again(cast: Cast, invoices: Pilot) -> None:
    Pilot.objects.filter(pk=invoices.pk).update(stage="stopped")
    html = text(as_(cast.mona).get(f"/pilots/{invoices.ref}/packet/"))
    assert "Shall Invoice reader run again?" in html
    assert "Propose that it runs again" in html
    assert '<span class="choice">Stop</span>' not in html


def test_an_age_that_nobody_knows_is_not_told_as_no_days(cast: Cast, invoices: Pilot) -> None:
    Pilot.objects.filter(pk=invoices.pk).update(stage_since=None, stage_since_bound=clock.today())
    html = text(as_(cast.vera).get(f"/pilots/{invoices.ref}/packet/"))
    assert "<span>In PoC</span><small>Entry date unknown</small>" in html
    assert "0 days in" not in html


def test_the_number_of_statements_does_not_grow(
    cast: Cast, invoices: Pilot, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = as_(cast.mona), f"/pilots/{invoices.ref}/packet/?to=rollout"
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for number in range(4):
        proposal = decisions.propose(
            pilot=invoices, by=cast.mona, channel=Channel.WEB, outcome="conditions",
            to_stage=("pilot", "poc")[number % 2], reason="On.",
            terms={"next_decide_by": later(), "conditions": [
                {"what": f"Thing {number}", "owner": cast.alice.pk, "due": later(9)}]},
        )  # fmt: skip
        decisions.approve(proposal=proposal, by=cast.ed, channel=Channel.WEB)
        invoices.refresh_from_db()
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) <= len(few)
    assert len(few) <= 45, len(few)
