"""A pilot that was registered past a gate that blocks says so wherever decisions are looked at."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from portfolio.actions import pilots
from portfolio.models import Channel, Event, Pilot
from readiness.actions import decisions
from readiness.models import Gate
from readiness.queries.gate_door import import_note
from tests.factories import CHARTER, Cast, pilot, unit
from tests.portfolio.views.screen import as_, text

CREATE = reverse("pilot-create")
SAID = "The steering group of Claims, led by Ms Okoro, on 3 March."


def sent(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "name": "Sorter", "unit": unit().pk, "owner": cast.alice.email, "stage": "production",
        **CHARTER, **more,
    }  # fmt: skip


def test_the_question_stands_behind_the_stages_that_need_a_decision(cast: Cast) -> None:
    html = text(as_(cast.mona).get(CREATE))
    asked = [line for line in html.split("<option") if "data-asks" in line]
    assert [line.split('value="')[1].split('"')[0] for line in asked] == ["rollout", "production"]
    Gate.objects.create(stage="rollout", mode="warn")
    Gate.objects.create(stage="production", mode="off")
    assert "data-asks" not in text(as_(cast.mona).get(CREATE))


@pytest.mark.parametrize("stage", ["rollout", "production"])
def test_without_a_word_it_is_not_registered(cast: Cast, stage: str) -> None:
    answer = as_(cast.mona).post(CREATE, sent(cast, stage=stage, decided_elsewhere=" \u202e "))
    html = text(answer)
    assert answer.status_code == 422
    assert "needs a decision, and none was taken here. Say where it was decided, by whom" in html
    assert "<details open" in html
    assert html.count("Invoices wait for four days.") == 1, "What was typed is still there."
    assert not Pilot.objects.exists()


def test_what_is_said_is_kept_and_shown(cast: Cast) -> None:
    assert as_(cast.mona).post(CREATE, sent(cast, decided_elsewhere=SAID)).status_code == 302
    one = Pilot.objects.get()
    event = Event.objects.get(verb="pilot.registered")
    assert event.after["decided_elsewhere"] == SAID
    for name in ("pilot-decisions", "pilot-packet"):
        html = text(as_(cast.vera).get(reverse(name, args=[one.ref])))
        assert "Registered in Production without a decision here" in html
        assert SAID in html
    register = text(as_(cast.ed).get(reverse("decision-register")))
    assert '?decision=none"><b>1 pilot</b></a> stands past a gate that blocks' in register
    assert one.ref in text(as_(cast.ed).get(reverse("pilots"), {"decision": "none"}))


def test_html_in_it_stays_text(cast: Cast) -> None:
    said = "<script>alert(1)</script>"
    as_(cast.mona).post(CREATE, sent(cast, decided_elsewhere=said))
    one = Pilot.objects.get()
    for name in ("pilot-decisions", "pilot-packet", "pilot"):
        assert said not in text(as_(cast.mona).get(reverse(name, args=[one.ref])))


def test_early_stages_are_asked_nothing_and_keep_nothing(cast: Cast) -> None:
    as_(cast.mona).post(CREATE, sent(cast, stage="pilot", decided_elsewhere=SAID))
    one = Pilot.objects.get()
    assert "decided_elsewhere" not in Event.objects.get(verb="pilot.registered").after
    html = text(as_(cast.mona).get(reverse("pilot-decisions", args=[one.ref])))
    assert "without a decision here" not in html


def test_too_long_is_refused(cast: Cast) -> None:
    answer = as_(cast.mona).post(CREATE, sent(cast, decided_elsewhere="x" * 10_000))
    assert answer.status_code == 422
    with pytest.raises(Refused):
        pilots.register(
            by=cast.mona, channel=Channel.WEB, name="Sorter", unit=unit(), owner=cast.alice,
            stage="production", decided_elsewhere="x" * 10_000, **CHARTER,
        )  # fmt: skip


def test_only_a_decision_takes_the_mark_away(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot", **CHARTER)
    late = pilot(cast.mona, "Told by a command", stage="production")
    waiting = decisions.propose(
        pilot=one, by=cast.mona, channel=Channel.WEB, outcome="go", to_stage="rollout",
        reason="It works.",
        terms={"next_decide_by": (clock.today() + timedelta(days=60)).isoformat()},
    )  # fmt: skip
    decisions.approve(proposal=waiting, by=cast.ed, channel=Channel.WEB, override_reason="We know.")
    html = text(as_(cast.ed).get(reverse("pilots"), {"decision": "none"}))
    assert late.ref in html
    assert one.ref not in html
    assert "without a decision here" not in text(
        as_(cast.ed).get(reverse("pilot-decisions", args=[one.ref]))
    )


def test_the_register_counts_what_one_may_see(cast: Cast) -> None:
    pilot(cast.mona, "Nightingale", owner=cast.alice, stage="production", restricted=True)
    for blind in (cast.ed, cast.charlie, cast.ada):
        assert "past a gate that blocks" not in text(as_(blind).get(reverse("decision-register")))
    assert "<b>1 pilot</b>" in text(as_(cast.otto).get(reverse("decision-register")))


@pytest.mark.django_db
def test_a_list_that_registers_past_a_gate_says_how_many() -> None:
    (note,) = import_note({("", "production"): 2, ("", "idea"): 3, ("", "stopped"): 1})
    assert note.startswith("2 rows register their pilots in Production, past a gate that blocks")
    (moved, new) = import_note({("pilot", "rollout"): 1, ("", "rollout"): 1})
    assert moved.startswith("1 row moves its pilot to Rollout")
    assert new.startswith("1 row registers its pilot in Rollout")
