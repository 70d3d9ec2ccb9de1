"""One proposes, another approves: the terms of each outcome, who may, and what is kept."""

from datetime import date, timedelta

import pytest

from accounts.models import Role, User
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import people, stages
from portfolio.models import Channel, Event, Pilot, RoleKind
from readiness.actions import decisions
from readiness.models import Condition, Decision, Outcome, Proposal
from readiness.queries import packet
from tests.factories import CHARTER, Cast, person, pilot

WEB = Channel.WEB
STOP = {
    "family": "data", "codes": ["drift"], "lessons": "Ask for the data first.",
    "reuse": "The parser.", "data": "Deleted.", "access": "Ended by IT on Friday.",
}  # fmt: skip


def later(days: int = 60) -> date:
    return clock.today() + timedelta(days=days)


@pytest.fixture
def invoices(cast: Cast) -> Pilot:
    return pilot(cast.mona, owner=cast.alice, stage="poc", **CHARTER)


def go(pilot: Pilot, by: User, **values: object) -> Proposal:
    given = {"outcome": "go", "reason": "It works.", "to_stage": "pilot",
             "terms": {"next_decide_by": later().isoformat()}, **values}  # fmt: skip
    return decisions.propose(pilot=pilot, by=by, channel=WEB, **given)


def test_a_go_moves_when_somebody_else_approves(cast: Cast, invoices: Pilot) -> None:
    proposal = go(invoices, cast.mona)
    invoices.refresh_from_db()
    assert invoices.stage == "poc", "A proposal moves nothing."
    decision = decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    invoices.refresh_from_db()
    assert (invoices.stage, invoices.decide_by) == ("pilot", later())
    assert (decision.round, decision.proposed_by, decision.approved_by) == (1, cast.mona, cast.ed)
    assert decision.snapshot["from_stage"] == "poc"
    assert decision.digest == packet.digest(Decision.objects.get().snapshot)
    assert decision.snapshot["templates"], "It says by which versions it was judged."
    verbs = list(Event.objects.filter(pilot=invoices).order_by("id").values_list("verb", flat=True))
    assert verbs[-3:] == ["decision.proposed", "decision.approved", "pilot.stage_changed"]


def test_nobody_approves_or_declines_their_own(cast: Cast, invoices: Pilot) -> None:
    proposal = go(invoices, cast.mona)
    with pytest.raises(NotAllowed, match="Somebody else"):
        decisions.approve(proposal=proposal, by=cast.mona, channel=WEB)
    with pytest.raises(NotAllowed, match="withdraw"):
        decisions.decline(proposal=proposal, by=cast.mona, channel=WEB, answer="No")
    decisions.withdraw(proposal=proposal, by=cast.mona, channel=WEB)
    with pytest.raises(Conflict):
        decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)


@pytest.mark.parametrize("name", ["alice", "bob", "vera", "charlie", "ada", "otto", "ed"])
def test_only_managers_propose(cast: Cast, invoices: Pilot, name: str) -> None:
    with pytest.raises(NotAllowed, match="portfolio manager"):
        go(invoices, getattr(cast, name))


@pytest.mark.parametrize("name", ["alice", "bob", "vera", "charlie", "ada", "otto"])
def test_only_executives_and_managers_settle(cast: Cast, invoices: Pilot, name: str) -> None:
    proposal = go(invoices, cast.mona)
    by = getattr(cast, name)
    with pytest.raises(NotAllowed):
        decisions.approve(proposal=proposal, by=by, channel=WEB)
    with pytest.raises(NotAllowed):
        decisions.decline(proposal=proposal, by=by, channel=WEB, answer="No.")
    with pytest.raises(NotAllowed):
        decisions.withdraw(proposal=proposal, by=by, channel=WEB)


def test_conditions_have_owners_and_days(cast: Cast, invoices: Pilot) -> None:
    what = {"what": "Load test", "owner": cast.alice.pk, "due": later(20).isoformat()}
    terms = {"conditions": [what], "next_decide_by": later().isoformat()}
    proposal = go(invoices, cast.mona, outcome="conditions", terms=terms)
    decision = decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    kept = Condition.objects.get()
    assert (kept.what, kept.owner, kept.due) == ("Load test", cast.alice, later(20))
    assert kept.decision == decision
    assert "Load test" not in str(decision.snapshot), "The paper is from before the decision."


def test_a_condition_is_nobody_elses_outside(cast: Cast, invoices: Pilot) -> None:
    gone = person("Gone", Role.VIEWER)
    gone.is_active = False
    gone.save()
    for owner in (gone.pk, 999_999):
        what = {"what": "Load test", "owner": owner, "due": later(20).isoformat()}
        with pytest.raises(Refused, match="Condition 1") as told:
            go(invoices, cast.mona, outcome="conditions",
               terms={"conditions": [what], "next_decide_by": later().isoformat()})  # fmt: skip
        assert told.value.field == "conditions"


def test_a_hold_ends_and_an_executive_may_approve_it(cast: Cast, invoices: Pilot) -> None:
    until = later(30)
    proposal = go(invoices, cast.mona, outcome="hold", to_stage="",
                  terms={"until": until.isoformat()})  # fmt: skip
    decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    invoices.refresh_from_db()
    assert (invoices.on_hold_until, invoices.stage) == (until, "poc")
    with pytest.raises(Refused, match="does not move the day"):
        go(invoices, cast.mona, outcome="hold", to_stage="",
           terms={"until": until.isoformat(), "next_decide_by": until.isoformat()})  # fmt: skip


def test_a_stop_ends_it_where_it_belongs(cast: Cast, invoices: Pilot) -> None:
    proposal = go(invoices, cast.mona, outcome="stop", to_stage="rollout", terms={"stop": STOP})
    assert proposal.to_stage == "stopped"
    decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    invoices.refresh_from_db()
    assert invoices.stage == "stopped"
    live = pilot(cast.mona, "Live", owner=cast.alice, stage="production")
    assert go(live, cast.mona, outcome="stop", terms={"stop": STOP}).to_stage == "retired"


def test_one_waits_and_a_second_form_is_the_same(cast: Cast, invoices: Pilot) -> None:
    from uuid import uuid4

    token = uuid4()
    first = go(invoices, cast.mona, token=token)
    assert go(invoices, cast.mona, token=token) == first
    with pytest.raises(Conflict, match="Mona proposed"):
        go(invoices, cast.mona)
    with pytest.raises(Conflict):
        decisions.propose(
            pilot=invoices, by=cast.mona, channel=WEB, outcome="stop", reason="No.",
            terms={"stop": STOP},
        )  # fmt: skip


def test_a_proposal_goes_stale_when_the_pilot_moves(cast: Cast, invoices: Pilot) -> None:
    proposal = go(invoices, cast.mona)
    stages.change(pilot=invoices, by=cast.mona, channel=WEB, stage="idea", reason="Too early.")
    with pytest.raises(Conflict, match="moved to Idea"):
        decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    decisions.decline(proposal=proposal, by=cast.ed, channel=WEB, answer="It moved.")


def test_declining_says_why(cast: Cast, invoices: Pilot) -> None:
    proposal = go(invoices, cast.mona)
    with pytest.raises(Refused, match="why not"):
        decisions.decline(proposal=proposal, by=cast.ed, channel=WEB, answer="  ")
    told = decisions.decline(proposal=proposal, by=cast.ed, channel=WEB, answer="Not yet.")
    assert (told.state, told.answer, told.settled_by) == ("declined", "Not yet.", cast.ed)
    assert not Decision.objects.exists()
    assert go(invoices, cast.mona).round == 1, "A round is a decision, not a proposal."


def test_what_the_gate_finds_hard_needs_a_reason(cast: Cast, invoices: Pilot) -> None:
    proposal = go(invoices, cast.mona, to_stage="rollout")
    with pytest.raises(Refused, match="gate blocks") as told:
        decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    assert told.value.field == "override_reason"
    decision = decisions.approve(
        proposal=proposal, by=cast.ed, channel=WEB, override_reason="The board insists."
    )
    assert {"MISSING_3", "TWELVE_MONTHS"} <= set(decision.overridden)
    assert decision.override_reason == "The board insists."


def test_a_go_needs_its_stage_its_reason_and_its_day(cast: Cast, invoices: Pilot) -> None:
    for values, field in (
        ({"reason": " "}, "reason"), ({"to_stage": "stopped"}, "to_stage"),
        ({"to_stage": "nowhere"}, "to_stage"), ({"to_stage": "poc"}, "to_stage"),
        ({"terms": {}}, "next_decide_by"), ({"outcome": "extend", "terms": {}}, "outcome"),
        ({"outcome": "maybe"}, "outcome"), ({"reason": "x" * 10_001}, "reason"),
    ):  # fmt: skip
        with pytest.raises(Refused) as told:
            go(invoices, cast.mona, **values)
        assert told.value.field == field, values


def test_a_day_that_passed_meanwhile_is_declined(cast: Cast, invoices: Pilot) -> None:
    proposal = go(invoices, cast.mona)
    Proposal.objects.update(terms={"next_decide_by": clock.today().isoformat()})
    with pytest.raises(Refused, match="has passed"):
        decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)


def test_rounds_count_on(cast: Cast, invoices: Pilot) -> None:
    for number, target in enumerate(("pilot", "poc", "idea"), start=1):
        decision = decisions.approve(
            proposal=go(invoices, cast.mona, to_stage=target,
                        terms={"next_decide_by": later().isoformat()}),
            by=cast.ed, channel=WEB,
        )  # fmt: skip
        assert decision.round == number


def test_an_executive_decides_on_a_restricted_pilot_only_as_one_of_its_people(
    cast: Cast,
) -> None:
    secret = pilot(cast.mona, "Secret", owner=cast.alice, stage="poc", restricted=True, **CHARTER)
    proposal = go(secret, cast.mona)
    with pytest.raises(NotAllowed):
        decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    people.assign(pilot=secret, person=cast.ed, role=RoleKind.SPONSOR, by=cast.mona, channel=WEB)
    assert decisions.approve(proposal=proposal, by=cast.ed, channel=WEB).outcome == Outcome.GO
