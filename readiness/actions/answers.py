"""What people say about the items of a checklist; the only writer of answers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from common.links import web_link
from portfolio.access import may_edit
from portfolio.actions import events, flags
from portfolio.actions.pilots import locked
from portfolio.models import Pilot
from readiness import evidence
from readiness.access import may_answer, may_verify, may_waive
from readiness.actions import assessments
from readiness.models import Answer, ChecklistItem, State
from readiness.models.checklist import EvidenceKind

REASONED: dict[str, str] = {State.WAIVED: "is waived", State.NOT_APPLICABLE: "does not apply"}


@dataclass(frozen=True)
class Said:
    """What is said about an item, whoever says it."""

    state: str = State.OPEN
    note: str = ""
    evidence_url: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    valid_until: date | None = None


@transaction.atomic
def save(
    *,
    pilot: Pilot,
    item: ChecklistItem,
    by: User,
    channel: str,
    state: str,
    note: str = "",
    evidence_url: str = "",
    figures: Mapping[str, str] | None = None,
    valid_until: date | None = None,
    seen: int | None = None,
) -> Answer | None:
    """Answer an item; returns the answer that holds now (None: nothing was ever said).

    `seen` is the id of the answer the form showed (0: none yet); another one is a Conflict,
    unless it says the same: the form posted twice is one answer. `valid_until` is the last
    day on which the answer counts; evidence without one counts as long as the item says.
    `figures` are the boxes of structured evidence as they were typed. Verifying keeps what the
    first person attested.
    """
    pilot = locked(pilot)
    if not may_answer(by, pilot):
        raise NotAllowed(f"You may not answer for {pilot.ref}.")
    wish = Said(
        state=state,
        note=text.clean(note, lines=True),
        evidence_url=web_link(evidence_url, field="evidence_url"),
        figures=_figures(item, figures or {}),
        valid_until=_last_day(item, state, valid_until),
    )
    _check(wish)
    current = Answer.objects.open_interval().filter(pilot=pilot, key=item.key).first()
    if wish == _said(current):
        return current
    if seen is not None and seen != (current.pk if current else 0):
        raise Conflict(f"Somebody else answered “{item.question}” while you were writing.")
    _allow(pilot, wish, current, by)
    answer = _replace(pilot, item, wish, current, by)
    assessments.reassess([pilot.pk], keys=[item.key])
    before, after = _difference(item, current, answer)
    events.record(
        verb="readiness.answered", by=by, channel=channel, pilot=pilot,
        before=before, after={"item": item.code, **after},
        reason=answer.note if state in REASONED else "",
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return answer


def _figures(item: ChecklistItem, sent: Mapping[str, str]) -> dict[str, Any]:
    try:
        return evidence.kept(evidence.read(item.kind, sent, clock.today()))
    except evidence.NotANumber as wrong:
        raise Refused(wrong.sentence, field=wrong.field) from None


def _last_day(item: ChecklistItem, state: str, wished: date | None) -> date | None:
    """Evidence without an end is incomplete, so it gets the one that is usual for the item."""
    if state == State.OPEN:
        return None
    if wished or state not in (State.ATTESTED, State.VERIFIED):
        return wished
    return clock.today() + timedelta(days=item.valid_days or evidence.A_YEAR)


def _backed(item: ChecklistItem, said: Said, current: Answer | None) -> bool:
    """Good enough to count. What was good enough for an earlier version stays so if unchanged."""
    if current and current.backed and _evidence(_said(current)) == _evidence(said):
        return True
    if item.kind == EvidenceKind.ANY:
        return bool(said.evidence_url or said.note)
    figures = evidence.again(item.kind, said.figures)
    return evidence.judge(item.kind, figures).passes


def _evidence(said: Said) -> tuple[object, ...]:
    return said.evidence_url, said.note, said.figures


def _check(wish: Said) -> None:
    if wish.state not in State.values:
        raise Refused(f"“{wish.state}” is not a state of an item.", field="state")
    if wish.state in REASONED and not wish.note:
        raise Refused(f"Say why the item {REASONED[wish.state]}.", field="note")
    if wish.state == State.WAIVED and wish.valid_until is None:
        raise Refused("A waiver ends: choose its last day.", field="valid_until")
    if wish.state != State.OPEN and wish.valid_until and wish.valid_until < clock.today():
        raise Refused("The last day is in the past.", field="valid_until")


def _allow(pilot: Pilot, wish: Said, current: Answer | None, by: User) -> None:
    if wish.state == State.WAIVED:
        if not may_waive(by, pilot):
            raise NotAllowed(
                "A waiver is approved by a portfolio manager or executive of the unit who does "
                f"not own {pilot.ref}."
            )
        return
    if not may_edit(by, pilot):
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers answer for it.")
    if wish.state == State.VERIFIED:
        _allow_verifying(wish, current, by)


def _allow_verifying(wish: Said, current: Answer | None, by: User) -> None:
    attested = current is not None and current.state in (State.ATTESTED, State.VERIFIED)
    if current is None or not attested or not current.backed:
        raise Refused("Only an attested item with evidence can be verified.", field="state")
    if not may_verify(by, current):
        raise NotAllowed("You attested this yourself; a second person verifies it.")
    if (wish.evidence_url, wish.figures) != (current.evidence_url, current.figures):
        raise Refused(
            "Changed evidence is attested first; then a second person verifies it.",
            field="evidence_url",
        )


def _said(answer: Answer | None) -> Said:
    if answer is None:
        return Said()
    return Said(answer.state, answer.note, answer.evidence_url, answer.figures, answer.valid_until)


def _replace(
    pilot: Pilot, item: ChecklistItem, said: Said, current: Answer | None, by: User
) -> Answer:
    today = clock.today()
    verifying = said.state == State.VERIFIED and current is not None
    if current:
        current.until = today
        current.save(update_fields=["until"])
    return Answer.objects.create(
        pilot=pilot,
        item=item,
        key=item.key,
        file=current.file if current else None,
        author=current.author if verifying and current else by,
        confirmed_by=by if said.state in (State.VERIFIED, State.WAIVED) else None,
        since=today,
        recorded_at=clock.now(),
        backed=_backed(item, said, current),
        **asdict(said),
    )


def _difference(
    item: ChecklistItem, current: Answer | None, answer: Answer
) -> tuple[dict[str, object], dict[str, object]]:
    before, after = _told(item, _said(current)), _told(item, _said(answer))
    names = [name for name in after if before[name] != after[name]]
    return {n: before[n] for n in names}, {n: after[n] for n in names}


def _told(item: ChecklistItem, said: Said) -> dict[str, object]:
    """As the history tells it: numbers in a sentence."""
    figures = evidence.again(item.kind, said.figures)
    words = evidence.judge(item.kind, figures).sentence if figures else ""
    return asdict(said) | {"figures": words}
