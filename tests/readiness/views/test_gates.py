"""The screen on which gates are set."""

import pytest

from common.errors import Conflict, NotAllowed, Refused
from portfolio.models import Channel, Event
from readiness.actions import gates as actions
from readiness.gates import Setting
from readiness.models import Gate
from tests.factories import Cast, pilot
from tests.portfolio.views.screen import as_, text

URL = "/settings/gates/"
SET = {"stage": "pilot", "mode": "block", "checklists": "production"}


def test_only_administrators_set_gates(cast: Cast) -> None:
    for who in (cast.mona, cast.ed, cast.otto):
        assert as_(who).get(URL).status_code == 403
    with pytest.raises(NotAllowed):
        actions.set_gate(stage="pilot", mode="off", checklists=(), by=cast.mona, channel="web")
    html = text(as_(cast.ada).get(URL))
    assert html.count("default") >= 6
    assert "Production readiness" in html


def test_trying_says_what_it_would_stop_and_sets_nothing(cast: Cast) -> None:
    for n in range(3):
        pilot(cast.mona, f"Pilot {n}", owner=cast.alice, stage="poc")
    pilot(cast.mona, "Hidden", owner=cast.alice, stage="poc", restricted=True)
    html = text(as_(cast.ada).get(URL, SET))
    assert "Today 3 of 3 pilots in PoC would be blocked" in html
    assert "As it is set now: 0." in html
    assert not Gate.objects.exists()
    html = text(as_(cast.ada).get(URL, {"stage": "stopped", "mode": "warn"}))
    assert "may end a pilot by hand" in html


def test_setting_counts_from_now_and_is_told(cast: Cast) -> None:
    assert as_(cast.ada).post(URL, SET).status_code == 302
    gate = Gate.objects.get()
    assert (gate.stage, gate.mode, gate.checklists) == ("pilot", "block", ["production"])
    event = Event.objects.get(verb="gate.set")
    assert (event.before["mode"], event.after["mode"]) == ("warns", "blocks")
    assert as_(cast.ada).post(URL, SET).status_code == 302, "The same again changes nothing."
    assert Event.objects.filter(verb="gate.set").count() == 1
    one = pilot(cast.mona, owner=cast.alice, stage="poc")
    html = text(as_(cast.mona).get(f"/pilots/{one.ref}/stage/"))
    assert "Pilot, Rollout, Production and Stopped need a decision" in html


@pytest.mark.parametrize(
    "wrong",
    [{"stage": "idea"}, {"mode": "maybe"}, {"mode": ""}, {"checklists": "nothing"},
     {"checklists": "eternal_poc"}],
)  # fmt: skip
def test_nonsense_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    assert as_(cast.ada).post(URL, SET | wrong).status_code == 422
    given = {"stage": "pilot", "mode": "block", "checklists": ["production"]}
    bad = {k: [v] if k == "checklists" else v for k, v in wrong.items()}
    with pytest.raises(Refused):
        actions.set_gate(by=cast.ada, channel=Channel.WEB, **given | bad)
    assert not Gate.objects.exists()


def test_two_administrators_at_once(cast: Cast) -> None:
    seen = actions.fingerprint(Setting("pilot", "warn"))
    assert as_(cast.ada).post(URL, SET | {"seen": seen}).status_code == 302
    again = as_(cast.ada).post(URL, SET | {"mode": "off", "seen": seen})
    assert again.status_code == 409
    assert "Somebody else set that gate" in text(again)
    with pytest.raises(Conflict):
        actions.set_gate(
            stage="pilot", mode="off", checklists=(), by=cast.ada, channel="web", seen=seen
        )
    other = as_(cast.ada).post(URL, {"stage": "rollout", "mode": "off", "seen": seen})
    assert other.status_code == 302, "It was another gate that the form was drawn from."
