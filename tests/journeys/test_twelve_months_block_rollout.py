"""Nobody gets a pilot into Rollout without three names for the year to come (source map B30):
not by a change of stage, not by a decision, not past a gate that only warns or is off. Who may
decide can accept that, with a reason that stays; a list tells what happened, and says so."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from common import clock
from common.errors import NotAllowed, Refused
from portfolio.actions import bulk, ownership, stages
from portfolio.models import Channel, Event, Pilot, Stage
from portfolio.queries.bulk import KINDS
from readiness.actions import decisions
from readiness.models import Decision, Gate, GateMode, Proposal
from readiness.queries.gate_door import import_note
from tests.factories import Cast
from tests.factories.pilots import CHARTER, pilot
from tests.portfolio.views.screen import as_, text

WEB = Channel.WEB
NAMES = "The twelve-month questions are not answered"


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return pilot(cast.mona, stage="pilot", owner=cast.alice, **CHARTER)


def gate(mode: str, stage: str = "rollout") -> None:
    Gate.objects.update_or_create(stage=stage, defaults={"mode": mode, "checklists": []})


def answer(one: Pilot, cast: Cast) -> None:
    ownership.answer_twelve_months(
        pilot=one, by=cast.mona, channel=WEB, owner=cast.alice, operations_owner=cast.bob,
        feedback_owner=cast.mona,
    )  # fmt: skip


def move(person: User, one: Pilot, stage: str = "rollout") -> Any:
    given = {"stage": stage, "on": clock.today().isoformat(), "reason": "The board wants it."}
    return as_(person).post(f"/pilots/{one.ref}/stage/", given)


def stage_of(one: Pilot) -> str:
    return str(Pilot.objects.values_list("stage", flat=True).get(pk=one.pk))


def propose(cast: Cast, one: Pilot) -> Proposal:
    terms = {"next_decide_by": (clock.today() + timedelta(60)).isoformat()}
    return decisions.propose(
        pilot=one, by=cast.mona, channel=WEB, outcome="go", to_stage="rollout",
        reason="It works.", terms=terms,
    )  # fmt: skip


# --- By hand --------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", [*GateMode.values, ""])
@pytest.mark.parametrize("stage", ["rollout", "production"])
def test_no_change_of_stage_gets_past_it(cast: Cast, one: Pilot, mode: str, stage: str) -> None:
    if mode:
        gate(mode)
        gate(mode, "production")
    response = move(cast.mona, one, stage)
    assert response.status_code == 422
    assert stage_of(one) == "pilot"
    said = text(response)
    assert "needs a decision" in said if mode in ("", "block") else "needs three names" in said


def test_with_the_names_a_gate_that_warns_lets_it_pass(cast: Cast, one: Pilot) -> None:
    gate("warn")
    answer(one, cast)
    assert move(cast.mona, one).status_code == 302
    assert stage_of(one) == "rollout"


@pytest.mark.parametrize("days", [365, 366])
def test_names_a_year_old_are_none(cast: Cast, one: Pilot, days: int) -> None:
    gate("off")
    answer(one, cast)
    one.ownership_answers.update(answered_on=clock.today() - timedelta(days))
    assert move(cast.mona, one).status_code == (302 if days == 365 else 422)


def test_somebody_who_has_left_is_no_name(cast: Cast, one: Pilot) -> None:
    gate("off")
    answer(one, cast)
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    assert move(cast.mona, one).status_code == 422


@pytest.mark.parametrize("who", ["alice", "ed", "vera", "ada"])
def test_nobody_below_a_manager_moves_it_at_all(cast: Cast, one: Pilot, who: str) -> None:
    gate("off")
    answer(one, cast)
    assert move(getattr(cast, who), one).status_code == 403
    assert stage_of(one) == "pilot"


def test_back_and_the_earlier_stages_ask_no_names(cast: Cast, one: Pilot) -> None:
    gate("warn", "pilot")
    assert move(cast.mona, one, "poc").status_code == 302
    assert move(cast.mona, one, "pilot").status_code == 302


# --- By a decision --------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", GateMode.values)
def test_a_decision_needs_a_word_whatever_the_gate(cast: Cast, one: Pilot, mode: str) -> None:
    gate(mode)
    proposal = propose(cast, one)
    with pytest.raises(Refused, match="The gate blocks"):
        decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    assert stage_of(one) == "pilot"
    decided = decisions.approve(
        proposal=proposal, by=cast.ed, channel=WEB, override_reason="Names follow on Monday."
    )
    assert stage_of(one) == "rollout"
    assert "TWELVE_MONTHS" in decided.overridden
    assert decided.override_reason == "Names follow on Monday."
    assert NAMES in str(decided.snapshot["findings"])
    event = Event.objects.get(verb="decision.approved", pilot=one)
    assert "TWELVE_MONTHS" in event.after["overridden"]


@pytest.mark.parametrize("who", ["alice", "vera", "ada", "mona"])
def test_only_another_manager_or_an_executive_accepts_it(cast: Cast, one: Pilot, who: str) -> None:
    proposal = propose(cast, one)
    with pytest.raises(NotAllowed):  # Mona proposed it herself.
        decisions.approve(
            proposal=proposal, by=getattr(cast, who), channel=WEB, override_reason="All is well."
        )
    assert not Decision.objects.exists()
    assert stage_of(one) == "pilot"


@pytest.mark.parametrize("mode", ["warn", "off"])
def test_with_the_names_such_a_gate_asks_no_word(cast: Cast, one: Pilot, mode: str) -> None:
    gate(mode)
    answer(one, cast)
    decided = decisions.approve(proposal=propose(cast, one), by=cast.ed, channel=WEB)
    assert (stage_of(one), decided.overridden) == ("rollout", [])


@pytest.mark.parametrize("mode", GateMode.values)
def test_the_packet_says_that_it_blocks_and_asks_the_reason(
    cast: Cast, one: Pilot, mode: str
) -> None:
    gate(mode)
    propose(cast, one)
    page = text(as_(cast.ed).get(f"/pilots/{one.ref}/packet/?to=rollout"))
    assert NAMES in page
    assert "Blocks" in page
    assert 'name="override_reason"' in page
    assert f"/pilots/{one.ref}/twelve-months/" in page


# --- Other doors ----------------------------------------------------------------------------------
def test_a_product_owner_cannot_register_one_there(cast: Cast, one: Pilot) -> None:
    given = {"name": "Late comer", "unit": one.unit_id, "owner": cast.alice.email, **CHARTER}
    for stage in ("rollout", "production"):
        response = as_(cast.alice).post("/pilots/new/", given | {"stage": stage})
        assert response.status_code == 422
    assert not Pilot.objects.filter(name="Late comer").exists()


def test_many_at_once_never_move_a_stage() -> None:
    assert "stage" not in KINDS
    assert bulk.VERBS.keys() == {"unit", "tag", "untag", "hold"}


def test_an_edit_does_not_move_it(cast: Cast, one: Pilot) -> None:
    given = {"stage": "rollout", "stage_since": "2026-01-01", "summary": "Reads invoices"}
    as_(cast.mona).post(f"/pilots/{one.ref}/edit/", given)
    assert stage_of(one) == "pilot"


def test_a_list_is_taken_as_it_tells_it_and_says_what_went_past(cast: Cast, one: Pilot) -> None:
    """An import writes down what happened elsewhere; it hides nothing of it."""
    (note,) = import_note({("pilot", "rollout"): 1})
    assert "past a gate that blocks, without a decision here" in note


def test_the_action_itself_refuses(cast: Cast, one: Pilot) -> None:
    gate("off")
    with pytest.raises(Refused, match="three names"):
        stages.change(pilot=one, by=cast.mona, channel=WEB, stage=Stage.ROLLOUT)
