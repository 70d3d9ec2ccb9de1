"""A pilot in use over HTTP: the panel, the page, the word on a month, the checks."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from portfolio.actions import stages
from portfolio.models import Channel, Event, Pilot
from readiness.models import Attestation, LaunchCheck
from tests.factories import Cast
from tests.factories.aftercare import attest, check, live, on
from tests.factories.pilots import pilot
from tests.portfolio.views.screen import HTMX, as_, statements, text

TODAY = date(2026, 11, 20)
LAUNCH = date(2026, 6, 1)
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return live(cast.mona, LAUNCH, owner=cast.alice)


@pytest.fixture(autouse=True)
def day() -> Any:
    with on(TODAY):
        yield


def url(name: str, one: Pilot) -> str:
    return reverse(f"pilot-{name}", args=[one.ref])


def say(client: Client, one: Pilot, **values: Any) -> Any:
    given = {"month": "2026-10", "seen": 0, "note": "", **values}
    headers = given.pop("headers", {})
    return client.post(url("attest", one), given, headers=headers)


def test_the_panel_asks_and_one_click_answers(cast: Cast, one: Pilot) -> None:
    client = as_(cast.alice)
    panel = text(client.get(url("in-use-panel", one), headers=HTMX))
    assert "Was it useful in October 2026?" in panel
    assert 'name="verdict" value="not_useful"' in panel
    response = say(client, one, verdict="useful", headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Retarget"] == "#pilot"
    assert Attestation.objects.get().verdict == "useful"
    assert "Was it useful in October 2026?" not in text(client.get(url("in-use-panel", one)))


def test_its_own_page_sends_plain_forms(cast: Cast, one: Pilot) -> None:
    """What htmx answers lands in the pilot's page, and that is not here."""
    page = text(as_(cast.alice).get(url("in-use", one)))
    assert 'id="in-use" class="wide-stack" hx-disable>' in page
    assert 'name="verdict" value="useful"' in page
    panel = text(as_(cast.alice).get(url("in-use-panel", one), headers=HTMX))
    assert "hx-disable>" not in panel


def test_without_javascript_it_goes_back_to_the_pilot(cast: Cast, one: Pilot) -> None:
    client = as_(cast.alice)
    assert "Was it useful in October 2026?" in text(client.get(url("attest", one)))
    response = say(client, one, verdict="not_useful", note="<b>Nobody</b> opens it")
    assert response.status_code == 302
    assert response["Location"] == f"/pilots/{one.ref}/"
    page = text(client.get(url("in-use", one)))
    assert "&lt;b&gt;Nobody&lt;/b&gt; opens it" in page
    assert "Not useful" in page


def test_the_same_form_twice_is_one_answer(cast: Cast, one: Pilot) -> None:
    client = as_(cast.alice)
    for _ in range(2):
        assert say(client, one, verdict="unknown").status_code == 302
    assert Attestation.objects.count() == 1
    assert Event.objects.filter(verb="readiness.value_attested").count() == 1


def test_who_comes_second_sees_both_and_loses_nothing(cast: Cast, one: Pilot) -> None:
    attest(one, OCTOBER, cast.mona, "not_useful", "No log-ins")
    response = say(as_(cast.alice), one, verdict="useful", note="My own words", headers=HTMX)
    page = text(response)
    assert response.status_code == 409
    assert "No log-ins" in page
    assert "My own words" in page
    seen = Attestation.objects.get().pk
    assert f'name="seen" value="{seen}"' in page
    assert say(as_(cast.alice), one, verdict="useful", seen=seen).status_code == 302
    assert Attestation.objects.get(superseded_at=None).verdict == "useful"


@pytest.mark.parametrize(
    "values",
    [
        {}, {"verdict": "great"}, {"verdict": "useful", "month": "2026-13"},
        {"verdict": "useful", "month": "2026-11"}, {"verdict": "useful", "month": "0001-01"},
        {"verdict": "useful", "seen": "1e400"}, {"verdict": "useful", "note": "x" * 10_000},
        {"verdict": "useful", "month": "2024-10"},
    ],
)  # fmt: skip
def test_bad_input_is_said_and_nothing_is_stored(
    cast: Cast, one: Pilot, values: dict[str, Any]
) -> None:
    assert say(as_(cast.alice), one, **values).status_code == 422
    assert not Attestation.objects.exists()


def test_a_word_already_given_stands_in_the_form(cast: Cast, one: Pilot) -> None:
    attest(one, date(2026, 9, 1), cast.mona, "unknown", "No numbers yet")
    page = text(as_(cast.alice).get(f"{url('attest', one)}?month=2026-09"))
    assert "No numbers yet" in page
    assert "Mona said on 20 Nov 2026" in page


@pytest.mark.parametrize("who", ["vera", "ed", "otto", "bob"])
def test_others_read_and_do_not_answer(cast: Cast, one: Pilot, who: str) -> None:
    person: User = getattr(cast, who)
    client = as_(person)
    page = text(client.get(url("in-use", one)))
    assert "Nobody has said yet whether it was useful in October 2026" in page
    assert 'name="verdict"' not in page
    assert say(client, one, verdict="useful").status_code == 403
    assert client.get(url("check-90", one)).status_code == 403


# --- Checks ---------------------------------------------------------------------------------------
def answered(client: Client, one: Pilot, **values: Any) -> Any:
    row = LaunchCheck.objects.get(pilot=one, days=90)
    from readiness.queries.aftercare import fingerprint

    given = {"result": "held", "measured": "92 % then, 91 % now", "evidence_url": ""}
    given |= {"seen": fingerprint(row), **values}
    return client.post(url("check-90", one), given)


def test_a_check_is_recorded_and_shown(cast: Cast, one: Pilot) -> None:
    client = as_(cast.alice)
    assert "90 days after launch" in text(client.get(url("check-90", one)))
    assert answered(client, one, result="degraded").status_code == 302
    panel = text(client.get(url("in-use-panel", one)))
    assert "90 days after launch: worse than at launch." in panel
    assert "Due on 28 Nov 2026" in panel
    assert "92 % then, 91 % now" in text(client.get(url("check-90", one)))


@pytest.mark.parametrize(
    "values",
    [
        {"result": ""}, {"result": "splendid"}, {"measured": ""}, {"seen": ""},
        {"evidence_url": "javascript:alert(1)"}, {"measured": "x" * 10_000},
    ],
)  # fmt: skip
def test_a_bad_check_is_said(cast: Cast, one: Pilot, values: dict[str, Any]) -> None:
    assert answered(as_(cast.alice), one, **values).status_code == 422
    assert LaunchCheck.objects.get(pilot=one, days=90).result == ""


def test_of_two_checks_the_second_is_told(cast: Cast, one: Pilot) -> None:
    from readiness.queries.aftercare import fingerprint

    seen = fingerprint(LaunchCheck.objects.get(pilot=one, days=90))
    check(one, cast.mona, measured="Mona's numbers")
    response = answered(as_(cast.alice), one, measured="Alice's numbers", seen=seen)
    page = text(response)
    assert response.status_code == 409
    assert "Mona&#x27;s numbers" in page
    assert "Alice&#x27;s numbers" in page


def test_no_launch_no_check(cast: Cast) -> None:
    other = pilot(cast.mona, "New", stage="pilot")
    assert as_(cast.mona).get(url("check-90", other)).status_code == 404


def test_after_the_end_it_is_not_needed(cast: Cast, one: Pilot) -> None:
    stages.change(pilot=one, by=cast.mona, channel=Channel.WEB, stage="retired", decided=True)
    page = text(as_(cast.alice).get(url("in-use", one)))
    assert page.count("Not needed") == 2
    assert "Record the check" not in page


# --- Around it ------------------------------------------------------------------------------------
def test_only_pilots_in_use_have_the_panel(cast: Cast, one: Pilot) -> None:
    other = pilot(cast.mona, "New idea")
    client = as_(cast.alice)
    assert 'id="panel-in-use"' in text(client.get(f"/pilots/{one.ref}/"))
    assert 'id="panel-in-use"' not in text(client.get(f"/pilots/{other.ref}/"))


def test_my_pilots_asks(cast: Cast, one: Pilot) -> None:
    page = text(as_(cast.alice).get("/my/"))
    assert "October: was it useful?" in page
    assert "Still right 90 days after launch?" in page


def test_the_list_is_filtered_by_it(cast: Cast, one: Pilot) -> None:
    client = as_(cast.alice)
    assert one.name in text(client.get("/pilots/?in_use=unchecked"))
    assert one.name not in text(client.get("/pilots/?in_use=worse"))


def test_the_statements_do_not_grow(cast: Cast, one: Pilot) -> None:
    client = as_(cast.mona)
    few = [statements(client, url(name, one)) for name in ("in-use", "in-use-panel")]
    for back in range(4):
        attest(one, date(2026, 10 - back, 1), cast.mona, "useful")
    check(one, cast.mona)
    assert [statements(client, url(name, one)) for name in ("in-use", "in-use-panel")] == few
    assert max(few) <= 9


def test_the_timeline_says_it_in_words(cast: Cast, one: Pilot) -> None:
    attest(one, OCTOBER, cast.alice, "not_useful", "No log-ins")
    check(one, cast.alice)
    page = text(as_(cast.vera).get(f"/pilots/{one.ref}/history/"))
    for words in ("said whether it is useful", "October 2026", "Not useful", "No log-ins",
                  "recorded the check after launch", "As good as at launch"):  # fmt: skip
        assert words in page
