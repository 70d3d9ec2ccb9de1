"""What gates say where a pilot is moved by hand or by a list: the door to the packet."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse

from common import clock
from common.registry import StageAdvice
from common.text import listed
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES
from portfolio.queries.twelve_months import twelve_month_answered
from readiness import gates
from readiness.models import GateMode
from readiness.queries import gate_facts
from readiness.queries.packet import next_stage


def objection(pilot: Pilot, stage: str) -> str | None:
    """Why the pilot cannot be moved to the stage by hand; None when it can.

    One query; where no gate blocks, those that ask for the names of the year to come: nobody gets
    past them without a reason that is kept (source map B30).
    """
    if gates.mode(gate_facts.settings(), pilot.stage, stage) != GateMode.BLOCK:
        late = {Stage.ROLLOUT, Stage.PRODUCTION} & {*gates.passed(pilot.stage, stage)}
        if not late or twelve_month_answered(pilot, clock.today()):
            return None
        return (
            f"Before Rollout {pilot.ref} needs three names: who owns it in twelve months, who is "
            "accountable when it breaks, who collects feedback. Answer the twelve-month "
            "questions, or let an approver accept it with a reason on the gate packet."
        )
    what = "Ending it" if stage in ENDED_STAGES else f"Entering {Stage(stage).label}"
    return (
        f"{what} needs a decision: one person proposes it, another approves. "
        f"Begin on the gate packet of {pilot.ref}."
    )


def advice(pilot: Pilot, as_of: date) -> list[StageAdvice]:
    """Which stages need a decision, and what a gate that warns finds before the next one."""
    settings = gate_facts.settings()
    end = Stage.RETIRED if pilot.shipped else Stage.STOPPED
    ahead = [s for s in (*ACTIVE_STAGES, end) if s != pilot.stage]
    modes = {stage: gates.mode(settings, pilot.stage, stage) for stage in ahead}
    found = []
    blocked = [str(stage.label) for stage in ahead if modes[stage] == GateMode.BLOCK]
    if blocked:
        found.append(
            StageAdvice(
                stage="", blocks=True, url=reverse("pilot-packet", args=[pilot.ref]),
                button="Open the gate packet",
                sentence=f"{listed(blocked)} {'needs' if len(blocked) == 1 else 'need'} a "
                "decision: one person proposes it, another approves.",
            )
        )  # fmt: skip
    following = next_stage(pilot)
    if following and modes[Stage(following)] == GateMode.WARN:
        known = gate_facts.of_pilots([pilot], as_of, to_stage=following)[pilot.pk]
        points = tuple(one.sentence for one in gates.findings(known, settings, following))
        if points:
            label = Stage(following).label
            found.append(StageAdvice(following, f"The gate of {label} warns.", points))
    return found


def import_note(moves: Mapping[tuple[str, str], int]) -> list[str]:
    """A list tells what happened, so no gate stops it; but it says what went past one. One query,
    none when nothing moves."""
    if not moves:
        return []
    settings = gate_facts.settings()
    past = {
        move: count
        for move, count in moves.items()
        if set(move) <= {"", *Stage.values} and gates.mode(settings, *move) == GateMode.BLOCK
    }
    moved = {move: count for move, count in past.items() if move[0]}
    new = {move: n for move, n in past.items() if not move[0] and move[1] not in ENDED_STAGES}
    said = []
    if moved:
        total = sum(moved.values())
        one = "1 row moves its pilot" if total == 1 else f"{total:,} rows move their pilots"
        said.append(
            f"{one} to {_where(moved)} past a gate that blocks, without a decision here. They are "
            "recorded as the list tells it; the packet of each shows what its gate finds."
        )
    if new:
        total = sum(new.values())
        one = "1 row registers its pilot" if total == 1 else f"{total:,} rows register their pilots"
        said.append(
            f"{one} in {_where(new)}, past a gate that blocks, without a decision here. Each says "
            "so on its page, and the filter Decision of the list finds them."
        )
    return said


def _where(past: Mapping[tuple[str, str], int]) -> str:
    return listed(sorted({str(Stage(to).label) for _, to in past}, key=_place))


def _place(label: str) -> int:
    return [str(stage.label) for stage in Stage].index(label)
