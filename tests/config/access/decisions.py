"""Decisions and their conditions on the pilots of the access matrix."""

from datetime import timedelta

from accounts.models import User
from common import clock
from portfolio.models import Channel, Pilot
from readiness.actions import decisions
from tests.factories.decided import condition, decide


def fill(one: Pilot, mona: User, ed: User, alice: User, word: str) -> None:
    due = clock.today() + timedelta(days=9)
    condition(one, alice, mona, ed, what=f"{word} contract is signed", due=due)
    snapshot = {"asked": f"Shall {word} go on?", "facts": [{"label": "Why", "value": word}]}
    decide(
        one, mona, ed, "hold", reason=f"{word} waits for money", snapshot=snapshot,
        terms={"until": due.isoformat()},
    )  # fmt: skip
    decisions.propose(
        pilot=one, by=mona, channel=Channel.WEB, outcome="go", to_stage="rollout",
        reason=f"{word} is ready", terms={"next_decide_by": due.isoformat()},
    )  # fmt: skip


def made(one: Pilot) -> dict[str, int]:
    """The numbers that addresses name."""
    return {
        "decided": one.decisions.get(outcome="hold").pk,
        "proposed": one.proposals.get().pk,
        "condition": one.conditions.get().pk,
    }
