"""No sequence of moves, by people of every role, reaches an illegal state."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Role, User
from common import clock
from common.errors import Sentence
from portfolio.access import may_decide, may_manage
from portfolio.actions import extensions, pilots, stages
from portfolio.models import Channel, Pilot, Stage
from readiness import gates
from readiness.actions import decisions
from readiness.actions import gates as gate_actions
from readiness.models import Decision, GateMode, Outcome, Proposal
from readiness.queries import gate_facts, packet
from readiness.queries.packet import digest
from tests.factories import CHARTER, answers, make_cast, person, pilot

EXAMPLES, STEPS = 24, 10
WEB = Channel.WEB
WHO = ("mona", "mia", "ed", "alice", "vera", "ada", "otto")
PEOPLE = st.sampled_from(WHO)
MANAGERS = st.sampled_from(("mona", "mia", "mona", "mia", "ed", "alice"))
DECIDERS = st.sampled_from(("mona", "mia", "ed", "mona", "mia", "ed", "alice", "vera", "ada"))
STAGES = st.sampled_from([stage.value for stage in Stage])
OUTCOMES = st.sampled_from(
    [Outcome.GO, Outcome.GO, Outcome.GO, Outcome.CONDITIONS, Outcome.HOLD, Outcome.STOP]
)
SELDOM = st.sampled_from((False, False, False, True))
USUALLY = st.sampled_from((True, True, False))
STOP = {
    "family": "plan", "codes": ["priority"], "lessons": "Ask first.", "reuse": "Nothing.",
    "data": "Deleted.", "access": "Ended.",
}  # fmt: skip


class Undone(Exception):
    """Takes back what an example did."""


class Deciding(RuleBasedStateMachine):
    """One pilot, seven people, four gates. What the rules may not reach stands in the invariants;
    what a successful move must have satisfied is asserted where it is made. `made` counts the
    decisions of all examples by outcome, to know that the rules reach them."""

    made: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.moves = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize(
        stage=st.sampled_from(["idea", "poc", "pilot", "rollout"]), ready=st.booleans(),
        outcome=OUTCOMES, excuse=USUALLY,
    )  # fmt: skip
    def begin(self, stage: str, ready: bool, outcome: str, excuse: bool) -> None:
        """A history begins with a decision, since some have no rule that makes one."""
        Deciding.made["histories"] += 1
        cast = make_cast()
        self.people: dict[str, User] = {
            **{name: getattr(cast, name) for name in WHO if name != "mia"},
            "mia": person("Mia", Role.PORTFOLIO_MANAGER),
        }
        self.pilot = pilot(cast.mona, owner=cast.alice, stage=stage, **CHARTER)
        self.digests: dict[int, str] = {}
        if ready:
            for code in ("latency", "cost"):
                answers.answer(self.pilot, code, cast.alice, note="Shown.")
        self.decide(["mona", "ed", "mia"], outcome, stage, False, excuse)

    def now(self) -> Pilot:
        return Pilot.objects.select_related("unit").get(pk=self.pilot.pk)

    def waiting(self) -> Proposal | None:
        return Proposal.objects.filter(pilot=self.pilot, state="waiting").first()

    def tries(self, act: Any) -> Any:
        """What the action gives; None when it refused with a sentence."""
        Deciding.made["tried"] += 1
        try:
            found = act()
        except Sentence:
            return None
        Deciding.made["done"] += 1
        return found

    @rule(
        pair=st.permutations(("mona", "mia", "ed")), outcome=OUTCOMES, stage=STAGES,
        jump=SELDOM, excuse=USUALLY,
    )  # fmt: skip
    def decide(self, pair: list[str], outcome: str, stage: str, jump: bool, excuse: bool) -> None:
        """Proposed and answered at once, which chance alone would seldom do."""
        if proposal := self.waiting():
            decisions.withdraw(proposal=proposal, by=proposal.proposed_by, channel=WEB)
        one, other = sorted(pair[:2], key=lambda name: name == "ed")  # An executive only decides.
        self.propose(one, outcome, stage, jump)
        self.approve(other, excuse)

    @rule(who=MANAGERS, outcome=OUTCOMES, stage=STAGES, jump=st.booleans())
    def propose(self, who: str, outcome: str, stage: str, jump: bool) -> None:
        later = (clock.today() + timedelta(days=40)).isoformat()
        condition = {"what": "Sign", "owner": self.people["vera"].pk, "due": later}
        target = stage if jump else packet.next_stage(self.now())
        days = {"next_decide_by": later} if target in decisions.OPEN_ENDED else {}
        carried: dict[str, dict[str, Any]] = {
            "go": days,
            "conditions": {**days, "conditions": [condition]},
            "hold": {"until": later}, "stop": {"stop": STOP},
        }  # fmt: skip
        before, by = self.waiting(), self.people[who]
        made = self.tries(lambda: decisions.propose(
            pilot=self.now(), by=by, channel=WEB, outcome=outcome, reason="So it is.",
            to_stage=stage if jump else "", terms=carried[outcome],
        ))  # fmt: skip
        if made:
            assert before is None
            assert may_manage(by, self.now())

    @rule(who=DECIDERS, excuse=st.booleans())
    def approve(self, who: str, excuse: bool) -> None:
        proposal, by, pilot = self.waiting(), self.people[who], self.now()
        if proposal is None:
            return
        found = gate_facts.settings()
        mode = gates.mode(found, pilot.stage, proposal.to_stage)
        facts = gate_facts.of_pilots([pilot], clock.today(), to_stage=proposal.to_stage)
        hard = gates.hard(gates.findings(facts[pilot.pk], found, proposal.to_stage))
        made = self.tries(lambda: decisions.approve(
            proposal=proposal, by=by, channel=WEB, override_reason="Because." if excuse else "",
        ))  # fmt: skip
        if not made:
            return
        assert proposal.proposed_by_id != by.pk
        assert may_decide(by, pilot)
        assert made.from_stage == pilot.stage, "It was not stale."
        if made.outcome in decisions.MOVING and mode == GateMode.BLOCK and hard:
            assert excuse
            assert set(made.overridden) == {one.code for one in hard}
        self.moves += made.from_stage != made.to_stage
        Deciding.made[made.outcome] += 1
        Deciding.made["overridden"] += bool(made.overridden)

    @rule(who=DECIDERS)
    def decline(self, who: str) -> None:
        if proposal := self.waiting():
            by = self.people[who]
            if self.tries(lambda: decisions.decline(
                proposal=proposal, by=by, channel=WEB, answer="No.",
            )):  # fmt: skip
                assert by.pk != proposal.proposed_by_id

    @rule(who=DECIDERS)
    def withdraw(self, who: str) -> None:
        if proposal := self.waiting():
            by = self.people[who]
            if self.tries(lambda: decisions.withdraw(proposal=proposal, by=by, channel=WEB)):
                assert by.pk == proposal.proposed_by_id

    @rule(who=DECIDERS, stage=STAGES)
    def move_by_hand(self, who: str, stage: str) -> None:
        before, by = self.now(), self.people[who]
        mode = gates.mode(gate_facts.settings(), before.stage, stage)
        if self.tries(lambda: stages.change(pilot=before, by=by, channel=WEB, stage=stage)):
            assert mode != GateMode.BLOCK, "Past a gate that blocks only by a decision."
            assert may_manage(by, before)
            self.moves += 1

    @rule(who=DECIDERS, days=st.integers(1, 200))
    def ask_for_time(self, who: str, days: int) -> None:
        day = clock.today() + timedelta(days=days)
        self.tries(lambda: extensions.propose(
            pilot=self.now(), by=self.people[who], channel=WEB, to_day=day, reason="More.",
        ))  # fmt: skip

    @rule(who=DECIDERS, yes=st.booleans())
    def answer_time(self, who: str, yes: bool) -> None:
        found = self.pilot.extensions.filter(state="proposed").first()
        if found is None:
            return
        by = self.people[who]
        act: Any = extensions.approve if yes else extensions.decline
        said = {} if yes else {"answer": "No."}
        self.tries(lambda: act(extension=found, by=by, channel=WEB, **said))

    @rule(who=PEOPLE, days=st.integers(-1, 90))
    def hold(self, who: str, days: int) -> None:
        day = clock.today() + timedelta(days=days) if days else None
        self.tries(lambda: pilots.hold(
            pilot=self.now(), by=self.people[who], channel=WEB, until=day, reason="Waits.",
        ))  # fmt: skip

    @rule(
        who=st.sampled_from(("ada", "ada", "mona")), stage=STAGES,
        mode=st.sampled_from(list(GateMode)),
    )  # fmt: skip
    def set_gate(self, who: str, stage: str, mode: str) -> None:
        self.tries(lambda: gate_actions.set_gate(
            stage=stage, mode=mode, checklists=["production"], by=self.people[who], channel=WEB,
        ))  # fmt: skip

    @rule(code=st.sampled_from(["raw_data", "evaluation", "latency", "cost", "fallback"]))
    def answer_item(self, code: str) -> None:
        self.tries(lambda: answers.answer(
            self.now(), code, self.people["alice"], note=f"Shown for {self.moves}.",
        ))  # fmt: skip

    @invariant()
    def one_proposal_waits(self) -> None:
        if hasattr(self, "digests"):
            assert Proposal.objects.filter(pilot=self.pilot, state="waiting").count() <= 1

    @invariant()
    def every_decision_is_by_two_and_as_it_was(self) -> None:
        if not hasattr(self, "digests"):
            return
        made = list(Decision.objects.filter(pilot=self.pilot).order_by("round"))
        assert [one.round for one in made] == list(range(1, len(made) + 1))
        for one in made:
            assert one.approved_by_id != one.proposed_by_id
            assert digest(one.snapshot) == one.digest == self.digests.setdefault(one.pk, one.digest)
            assert bool(one.overridden) == bool(one.override_reason)

    @invariant()
    def the_voyage_has_no_gap(self) -> None:
        if not hasattr(self, "digests"):
            return
        path = list(self.pilot.stage_intervals.order_by("pk"))
        assert [one.until for one in path].count(None) == 1
        assert path[-1].until is None
        assert path[-1].stage == self.now().stage
        for a, b in pairwise(path):
            assert a.until == b.since
            assert a.stage != b.stage
        assert len(path) == self.moves + 1, "Every move was by hand or by a decision."


@pytest.mark.slow
def test_no_sequence_of_moves_reaches_an_illegal_state(db: None) -> None:
    """EXAMPLES histories of up to STEPS moves each, always the same ones."""
    Deciding.made.clear()
    run_state_machine_as_test(
        Deciding,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    print(f"What {EXAMPLES} histories came to: {dict(Deciding.made)}")
    assert Deciding.made["histories"] >= EXAMPLES
    # They reach what they are about, or they prove nothing.
    decided = sum(Deciding.made[outcome] for outcome in Outcome.values)
    assert decided >= EXAMPLES // 2
    assert Deciding.made["overridden"]
