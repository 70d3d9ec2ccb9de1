"""What to do next on a pilot: at most three things, the most pressing first. Pure."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date

from common.registry import flag_steps
from portfolio.models.stage import ENDED_STAGES, Stage
from portfolio.queries.people_section import Asked

MOST = 3


@dataclass(frozen=True)
class State:
    """What the advice follows from. `flags` are the open rules that are not snoozed."""

    stage: str
    flags: Set[str]
    freshness: str
    has_owner: bool
    asked: Asked | None
    named: bool
    has_metric: bool
    decide_by: date | None
    next_step_due: date | None
    has_problem: bool
    on_hold: bool
    as_of: date
    may_edit: bool
    may_manage: bool


@dataclass(frozen=True)
class Step:
    """`door` names the form that does it; "" when it is for somebody else to do. `url_name` is the
    page of another app that does it."""

    code: str
    title: str
    why: str
    door: str
    button: str
    url_name: str = ""


def next_steps(state: State) -> tuple[Step, ...]:
    """Nothing for ended pilots; doors only for those who may pass them."""
    if state.stage in ENDED_STAGES:
        return ()
    found = []
    for step in _advice(state):
        allowed = {"stage": state.may_manage, "manage": state.may_manage, "own": True}.get(
            step.door, state.may_edit
        )
        found.append(step if allowed else Step(step.code, step.title, step.why, "", ""))
        if len(found) == MOST:
            break
    return tuple(found)


def _advice(state: State) -> Iterator[Step]:
    beyond_idea = state.stage != Stage.IDEA
    if (state.asked and state.asked.mine) or state.named:
        who = f"{state.asked.by} asks you." if state.asked else "You are named as its owner."
        yield Step("own", "Will you own it?", who, "own", "Answer")
    elif not state.has_owner and state.asked:
        why = f"{state.asked.name} is asked since {state.asked.on:%-d %b %Y} and has not answered."
        yield Step("owner", "Wait for its owner, or ask somebody else", why, "", "")
    elif not state.has_owner:
        yield Step(
            "owner", "Find an owner", "Nobody answers for this pilot.", "assign", "Ask somebody"
        )
    if "DECISION_OVERDUE" in state.flags or (
        state.decide_by and state.decide_by < state.as_of and state.stage != Stage.PRODUCTION
    ):
        yield _decide("DECISION_OVERDUE", "Decide", "The day to decide by has passed.")
    elif "STALE_POC" in state.flags:
        why = "A PoC past a quarter is more dead than alive."
        yield _decide("STALE_POC", "Move it on or stop it", why)
    if not state.on_hold and state.freshness in ("never", "outdated"):
        why = (
            "Nobody has said yet how it goes."
            if state.freshness == "never"
            else "The last word is old."
        )
        yield Step("update", "Post an update", why, "update", "Post an update")
    elif state.next_step_due and state.next_step_due < state.as_of:
        yield Step(
            "update", "Say what came of the next step", "It was due.", "update", "Post an update"
        )
    if beyond_idea and not state.has_metric:
        yield Step(
            "metric", "Say what success means", "Without a metric nobody can tell.", "metric",
            "Add a metric",
        )  # fmt: skip
    yield from _of_other_apps(state)
    if "MISSING_3" in state.flags:
        yield Step(
            "readiness", "Close the readiness gaps",
            "Three or more of ten are open; most such pilots fail.", "readiness", "See the list",
        )  # fmt: skip
    if not state.decide_by and state.stage != Stage.PRODUCTION:
        yield Step(
            "decide_by", "Set a day to decide by", "What has no end does not end.", "charter",
            "Set the day",
        )  # fmt: skip
    if not state.has_problem:
        yield Step(
            "problem", "Say why it exists", "The problem it solves is not written down.",
            "charter", "Write it",
        )  # fmt: skip


def _decide(code: str, title: str, why: str) -> Step:
    """Where it is decided: the page of another app that says so, else the change of stage."""
    if code in flag_steps:
        step = flag_steps.get(code)
        return Step("decide", title, why, step.needs, step.button, step.url_name)
    return Step("decide", title, why, "stage", "Change the stage")


def _of_other_apps(state: State) -> Iterator[Step]:
    for code in sorted(state.flags - {"DECISION_OVERDUE", "STALE_POC"}):
        if code in flag_steps:
            step = flag_steps.get(code)
            yield Step(code, step.title, step.why, step.needs, step.button, step.url_name)
