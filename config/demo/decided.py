"""What Norddal's board decided, with its reasons, its conditions and what the ends taught."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from config.demo import chronicle
from config.demo.moments import at
from config.demo.plots import PRODUCTION, RETIRED, ROLLOUT, STOPPED
from config.demo.shapes import Told
from portfolio.models import Channel, Event, Health, Pilot
from readiness.models import Condition, Decision, Outcome
from readiness.queries import packet

People = Mapping[str, User]
PROPOSER, APPROVER = "Mona Bergström", "Elisabeth Kranz"


@dataclass(frozen=True)
class Ending:
    family: str
    codes: tuple[str, ...]
    reason: str
    lessons: str
    reuse: str
    data: str
    access: str


ENDS = (
    Ending("data", ("reality_gap", "formats"),
           "Right in 91 % of the tidy cases and in 64 % of real ones.",
           "Take 200 real records in week one. We cleaned samples by hand for three months and "
           "learned nothing about the mail that really comes in.",
           "The labelled set of 1,400 letters, kept by IT / Data.",
           "The copies of customers' letters are deleted by the end of the month.",
           "IT / Platform ends the service account and the bucket."),
    Ending("organisation", ("ownership", "left"),
           "Nobody owns it since its sponsor moved on, and nobody wants to.",
           "Ask who owns it in a year before the first line is written. The demo was loved by "
           "people who could not decide anything.",
           "The interview notes and the process map.",
           "No data left the warehouse; nothing is to be deleted.",
           "The two consultants lost their accounts in the week of the decision."),
    Ending("technology", ("environment", "error_log"),
           "It ran on one laptop, and there was never an environment to run it in.",
           "Book the environment together with the people. Without logs we could not even say "
           "why it was wrong.",
           "Prompts and the test set, in the shared repository.",
           "The laptop is wiped by IT / Security.",
           "The key of the model's vendor is withdrawn."),
    Ending("plan", ("not_the_bottleneck", "no_metric"),
           "It made a step faster that nobody waits for.",
           "Measure where the time goes first: reading took four minutes of a case of nine days.",
           "The measuring script for the process, which Claims uses every month now.",
           "Logs are kept for a year and then deleted.",
           "Nobody outside the team had access."),
    Ending("plan", ("cost_spike", "stability_sla"),
           "At real volumes it costs three times what it saves.",
           "Ask for the price at the volume of a Monday in January, not of a demo.",
           "The cost sheet, as a template for the next one.",
           "Requests are not kept by the vendor; ours are deleted in 30 days.",
           "The vendor's contract ends with the quarter."),
    Ending("organisation", ("compliance", "security_late"),
           "Legal needs five months for the data agreement, and the case does not last that long.",
           "Ask Legal while the idea is still an idea. Five weeks were planned for nothing.",
           "The data protection assessment; it covers most of the next case.",
           "No personal data was processed yet.",
           "The test tenant is closed by the vendor."),
)  # fmt: skip
RETIREMENT = Ending(
    "plan", ("replaced", "done"), "The new claims system does it out of the box.",
    "It paid for itself in eight months. Write down what it did better: the new one lacks the "
    "queue for doubtful cases.",
    "Its test set checks the new system now.", "Moved to the archive for seven years.",
    "Accounts are ended with the switch-over.",
)  # fmt: skip
GO = (
    "Nine of ten cases are right without rework, four weeks in a row.",
    "The team asks for it every day, and its cost per case is known.",
    "Latency, fallback and on-call are proven; the rest is waived until spring.",
)
SAID = ("note", "evidence_url", "said_by", "confirmed_by", "valid_until", "on")
PROMISED = (
    ("Sign the data agreement with the vendor", -20, "met"),
    ("Train the second shift", -9, "open"),
    ("Run the rollback drill with the night team", 24, "open"),
    ("Translate the guide into Polish", -2, "dropped"),
)


@dataclass(frozen=True)
class Made:
    """A decision with its conditions and what the timeline tells of it."""

    decision: Decision
    conditions: tuple[Condition, ...]
    events: tuple[Event, ...]


def made(pairs: Sequence[tuple[Told, Pilot]], people: People, today: date) -> list[Made]:
    """Ends and goes of open pilots; the first few ended before anybody wrote decisions down."""
    shown = [(one, pilot) for one, pilot in pairs if not one.restricted and one.stage.known]
    return [*_ends(shown, people, today), *_goes(shown, people, today)]


def _ends(pairs: Iterable[tuple[Told, Pilot]], people: People, today: date) -> Iterable[Made]:
    ended = [pair for pair in pairs if pair[0].stage.stage == STOPPED and len(pair[0].spans) > 2]
    retired = [pair for pair in pairs if pair[0].stage.stage == RETIRED]
    for n, (one, pilot) in enumerate(ended[3:]):
        yield _end(one, pilot, people, today, ENDS[n % len(ENDS)], late=n == 0)
    for one, pilot in retired[:2]:
        yield _end(one, pilot, people, today, RETIREMENT)


def _end(
    one: Told, pilot: Pilot, people: People, today: date, end: Ending, *, late: bool = False
) -> Made:
    stop = {
        "family": end.family, "codes": list(end.codes), "lessons": end.lessons,
        "reuse": end.reuse, "data": end.data, "access": end.access,
    }  # fmt: skip
    promised = (("End the accounts of everybody who tested it", -6, "open"),) if late else ()
    return _decision(
        one, pilot, people, today, Outcome.STOP, end.reason, terms={"stop": stop},
        promised=promised,
    )  # fmt: skip


def _goes(pairs: Iterable[tuple[Told, Pilot]], people: People, today: date) -> Iterable[Made]:
    pairs = list(pairs)
    running = [pair for pair in pairs if pair[0].stage.stage == PRODUCTION]
    rolling = [pair for pair in pairs if pair[0].stage.stage == ROLLOUT]
    for n, (one, pilot) in enumerate(running[:4]):
        yield _decision(
            one, pilot, people, today, Outcome.GO, GO[n % len(GO)],
            overridden=("GATE_REVIEW",) if n == 2 else (),
        )  # fmt: skip
    for n, (one, pilot) in enumerate(rolling[:3]):
        promised = PROMISED if n == 0 else PROMISED[n : n + 1]
        yield _decision(
            one, pilot, people, today, Outcome.CONDITIONS, GO[n % len(GO)], promised=promised
        )


def _decision(
    one: Told, pilot: Pilot, people: People, today: date, outcome: Outcome, reason: str, *,
    terms: dict[str, Any] | None = None, overridden: tuple[str, ...] = (),
    promised: tuple[tuple[str, int, str], ...] = (),
) -> Made:  # fmt: skip
    """Taken on the day on which the pilot entered the stage it is in."""
    day, before = one.stage.bound, one.spans[-2]
    mona, kranz = people[PROPOSER], people[APPROVER]
    owner = people.get(chronicle.owner_on(one, today) or "", mona)
    due = [(what, max(today + timedelta(days=n), day + timedelta(days=5)), end)
           for what, n, end in promised]  # fmt: skip
    if promised:
        terms = (terms or {}) | {"conditions": [
            {"what": what, "owner": owner.pk, "due": on.isoformat()} for what, on, _ in due
        ]}  # fmt: skip
    snapshot, digest = _snapshot(one, pilot, mona, before.stage, before.bound)
    if overridden:
        overridden = tuple(f["code"] for f in snapshot["findings"] if f["hard"])[:3] or overridden
    decision = Decision(
        pilot=pilot, round=1, outcome=outcome, from_stage=before.stage, to_stage=one.stage.stage,
        reason=reason, terms=terms or {}, overridden=list(overridden),
        override_reason="The review is booked for next week, and the season does not wait."
        if overridden else "",
        proposed_by=mona, approved_by=kranz, decided_on=day, recorded_at=at(day, 15),
        snapshot=snapshot, digest=digest,
    )  # fmt: skip
    conditions = tuple(
        _condition(decision, what, owner, on, end, kranz, today) for what, on, end in due
    )
    return Made(decision, conditions, (_event(decision, kranz),))


def _condition(
    decision: Decision, what: str, owner: User, due: date, end: str, kranz: User, today: date
) -> Condition:
    row = Condition(pilot=decision.pilot, decision=decision, what=what, owner=owner, due=due)
    if end == "met":
        row.met_on, row.settled_by = min(due, today), owner
        row.evidence_url, row.note = "https://wiki.norddal.example/contracts", "Signed by both."
    elif end == "dropped":
        row.dropped_on, row.settled_by = min(due, today), kranz
        row.note = "The Polish team reads English; they asked for it themselves."
    return row


def _snapshot(
    one: Told, pilot: Pilot, mona: User, stage: str, since: date
) -> tuple[dict[str, Any], str]:
    """The paper of that day, as far as the record tells it: the stage before the move, and nothing
    that came later."""
    day = one.stage.bound
    now, held = pilot.stage, pilot.stage_since
    pilot.stage, pilot.stage_since, pilot.stage_since_bound = stage, since, since
    paper, _ = packet.frozen(packet.packet(pilot, user=mona, as_of=day, to_stage=now))
    pilot.stage, pilot.stage_since = now, held
    pilot.stage_since_bound = day
    last = day.isoformat()
    paper["traits"] = []  # What is shown now was not shown then.
    paper["flags"] = [flag for flag in paper["flags"] if flag["since"] < last]
    paper["metrics"] = [line for line in paper["metrics"] if line["on"] <= last]
    said = max((said for said in one.updates if said.on <= day), key=lambda s: s.on, default=None)
    paper["clocks"] |= {
        "health": str(Health(said.health).label) if said else "",
        "declared_on": said.on.isoformat() if said else "", "freshness": "",
        "last_update_on": said.on.isoformat() if said else "",
        "last_note": said.note if said else "", "next_step": said.next_step if said else "",
    }  # fmt: skip
    for line in paper["lists"]:
        line["items"] = [_then(item, last) for item in line["items"]]
        line["met"] = sum(item["met"] for item in line["items"])
    return paper, packet.digest(paper)


def _then(item: dict[str, Any], last: str) -> dict[str, Any]:
    """A question as it stood on that day."""
    if item["on"] <= last:
        return item
    return item | dict.fromkeys(SAID, "") | {"state": "Open", "met": False}


def _event(decision: Decision, kranz: User) -> Event:
    told = {"decision": str(Outcome(decision.outcome).label)}
    return Event(
        at=decision.recorded_at, pilot=decision.pilot, actor=kranz, verb="decision.approved",
        channel=Channel.WEB, before={}, after=told, reason=decision.reason,
    )  # fmt: skip
