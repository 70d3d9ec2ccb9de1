"""What people say about the items of a checklist; the only writer of answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from readiness.actions import assessments, files, waiver_ends
from readiness.models import Answer, ChecklistItem, EvidenceFile, State
from readiness.models.checklist import EvidenceKind
from readiness.scoring import is_met

LONGEST_WAIVER = 365
"""Days; a risk that somebody carries is looked at once a year at least."""
WHO_WAIVES = (
    "A waiver is approved by a portfolio manager or executive of the unit who does not own {ref}."
)
LONGEST = 3_652
"""Days for what needs no end; ten years are no end any more."""
REASONED: dict[str, str] = {State.WAIVED: "is waived", State.NOT_APPLICABLE: "does not apply"}


@dataclass(frozen=True)
class Said:
    """What is said about an item, whoever says it."""

    state: str = State.OPEN
    note: str = ""
    evidence_url: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    file: EvidenceFile | None = None
    valid_until: date | None = None

    @property
    def evidence(self) -> tuple[object, ...]:
        """What a second person looks at; the note is what the first one says about it."""
        return self.evidence_url, self.figures, self.file


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
    file: files.Upload | None = None,
    drop_file: bool = False,
    valid_until: date | None = None,
    seen: int | None = None,
) -> Answer | None:
    """Answer an item; returns the answer that holds now (None: nothing was ever said).

    `seen` is the id of the answer the form showed (0: none yet); another one is a Conflict,
    unless it says the same: the form posted twice is one answer. `valid_until` is the last
    day on which the answer counts; evidence without one counts as long as the item says.
    `figures` are the boxes of structured evidence as they were typed. A `file` takes the place of
    the one before, which stays as an earlier revision; without one the file stays, unless
    `drop_file`. Verifying keeps what the first person attested; other evidence on a verified item
    is attested anew by whoever gives it.
    """
    checked = files.checked(file) if file else None
    pilot = locked(pilot)
    if not may_answer(by, pilot):
        raise NotAllowed(f"You may not answer for {pilot.ref}.")
    current = _current(pilot, item)
    wish = Said(
        state=state,
        note=text.clean(note, lines=True),
        evidence_url=web_link(evidence_url, field="evidence_url"),
        figures=_figures(item, figures or {}),
        file=None if drop_file or current is None else current.file,
        valid_until=valid_until,
    )
    wish = replace(wish, valid_until=_last_day(item, wish))
    _check(item, wish, current)
    if checked:
        wish = replace(wish, file=files.keep(pilot=pilot, key=item.key, by=by, file=checked))
    wish = _as_changed(wish, _said(current))
    if wish == _said(current):
        return current
    if seen is not None and seen != (current.pk if current else 0):
        raise Conflict(f"Somebody else answered “{item.question}” while you were writing.")
    _allow(pilot, wish, current, by)
    return _keep(pilot, item, wish, current, by=by, channel=channel)


@transaction.atomic
def waive(
    *, pilot: Pilot, item: ChecklistItem, by: User, channel: str, author: User, note: str,
    until: date, words: str = "",
) -> Answer:  # fmt: skip
    """Waive the item as `author` asked and `by` grants, who may have said something about it. What
    backed it before stays with it."""
    pilot = locked(pilot)
    current = _current(pilot, item)
    said = _said(current)
    wish = replace(said, state=State.WAIVED, note=text.clean(note, lines=True), valid_until=until)
    _check(item, wish, current)
    _allow(pilot, wish, current, by)
    return _keep(
        pilot, item, wish, current, by=by, channel=channel, author=author, verb="waiver.granted",
        words=words,
    )  # fmt: skip


def holds(pilot: Pilot, item: ChecklistItem) -> bool:
    """The item counts today."""
    return is_met(_current(pilot, item), clock.today())


def _keep(
    pilot: Pilot, item: ChecklistItem, wish: Said, current: Answer | None, *, by: User,
    channel: str, author: User | None = None, verb: str = "readiness.answered", words: str = "",
) -> Answer:  # fmt: skip
    answer = _replace(pilot, item, wish, current, by, author or by)
    assessments.reassess([pilot.pk], keys=[item.key])
    waiver_ends.when_answered(answer, by=by, channel=channel)
    before, after = _difference(item, current, answer)
    events.record(
        verb=verb, by=by, channel=channel, pilot=pilot,
        before=before, after={"question": item.question, **after},
        reason=words or (answer.note if answer.state in REASONED else ""),
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return answer


def _current(pilot: Pilot, item: ChecklistItem) -> Answer | None:
    answers = Answer.objects.open_interval().filter(pilot=pilot, key=item.key)
    return answers.select_related("file").defer("file__content").first()


def _as_changed(wish: Said, said: Said) -> Said:
    """Nobody has verified evidence that came later."""
    verified = wish.state == said.state == State.VERIFIED
    return (
        replace(wish, state=State.ATTESTED) if verified and wish.evidence != said.evidence else wish
    )


def _figures(item: ChecklistItem, sent: Mapping[str, str]) -> dict[str, Any]:
    try:
        return evidence.kept(evidence.read(item.kind, sent, clock.today(), evidence.bar_of(item)))
    except evidence.NotANumber as wrong:
        raise Refused(wrong.sentence, field=wrong.field) from None


def _last_day(item: ChecklistItem, wish: Said) -> date | None:
    """Evidence without an end is incomplete, so it gets the one that is usual for the item."""
    if wish.state == State.OPEN:
        return None
    if wish.valid_until or wish.state not in (State.ATTESTED, State.VERIFIED):
        return wish.valid_until
    last, on = _usual_end(item, wish)
    if last < clock.today():
        days = item.valid_days or evidence.A_YEAR
        raise Refused(
            f"That is more than {days} days ago, which is as long as it counts; do it again.",
            field="on" if on else "valid_until",
        )
    return last


def _usual_end(item: ChecklistItem, wish: Said) -> tuple[date, date | None]:
    """The last day for the item's evidence, counted from its test or drill where it names one."""
    on = evidence.measured_on(evidence.again(item.kind, wish.figures))
    days = timedelta(days=item.valid_days or evidence.A_YEAR)
    return (on or clock.today()) + days, on


def _backed(item: ChecklistItem, said: Said, current: Answer | None) -> bool:
    """Good enough to count. What was good enough for an earlier version stays so if unchanged."""
    before = _said(current)
    if current and current.backed and (before.note, before.evidence) == (said.note, said.evidence):
        return True
    if item.kind == EvidenceKind.ANY:
        return bool(said.evidence_url or said.note or said.file)
    figures = evidence.again(item.kind, said.figures)
    return all(
        evidence.judge(one.kind, figures, evidence.bar_of(one)).passes for one in _asked(item)
    )


def _asked(item: ChecklistItem) -> list[ChecklistItem]:
    """The question, and what other lists that ask it now want of its number: an answer given in the
    easier list counts in the stricter one too."""
    if item.kind != EvidenceKind.NUMBER:
        return [item]
    others = ChecklistItem.objects.filter(key=item.key, kind=item.kind, template__current=True)
    return [item, *others.exclude(pk=item.pk)]


def _check(item: ChecklistItem, wish: Said, current: Answer | None) -> None:
    if wish.state not in State.values:
        raise Refused(f"“{wish.state}” is not a state of an item.", field="state")
    if wish.state in REASONED and not wish.note:
        raise Refused(f"Say why the item {REASONED[wish.state]}.", field="note")
    if wish.state == State.WAIVED and wish.valid_until is None:
        raise Refused("A waiver ends: choose its last day.", field="valid_until")
    if wish.state == State.OPEN or wish.valid_until is None:
        return
    if wish.valid_until < clock.today():
        raise Refused("The last day is in the past.", field="valid_until")
    unchanged = current is not None and current.valid_until == wish.valid_until
    if not unchanged:
        _check_length(item, wish, wish.valid_until)


def _check_length(item: ChecklistItem, wish: Said, last: date) -> None:
    longest = {State.WAIVED.value: LONGEST_WAIVER, State.NOT_APPLICABLE.value: LONGEST}
    days = longest.get(wish.state)
    end = clock.today() + timedelta(days=days) if days else _usual_end(item, wish)[0]
    if last > end:
        what = "A waiver lasts" if wish.state == State.WAIVED else "This counts"
        raise Refused(
            f"{what} until {end.day} {end:%b %Y} at most; it can be given again then.",
            field="valid_until",
        )


def _allow(pilot: Pilot, wish: Said, current: Answer | None, by: User) -> None:
    if wish.state == State.WAIVED:
        if not may_waive(by, pilot):
            raise NotAllowed(WHO_WAIVES.format(ref=pilot.ref))
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
    if wish.evidence != _said(current).evidence:
        raise Refused(
            "Changed evidence is attested first; then a second person verifies it.",
            field="evidence_url",
        )


def _said(answer: Answer | None) -> Said:
    if answer is None:
        return Said()
    return Said(
        answer.state, answer.note, answer.evidence_url, answer.figures, answer.file,
        answer.valid_until,
    )  # fmt: skip


def _replace(
    pilot: Pilot, item: ChecklistItem, said: Said, current: Answer | None, by: User, author: User
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
        author=current.author if verifying and current else author,
        confirmed_by=by if said.state in (State.VERIFIED, State.WAIVED) else None,
        since=today,
        recorded_at=clock.now(),
        backed=_backed(item, said, current),
        **vars(said),
    )


def _difference(
    item: ChecklistItem, current: Answer | None, answer: Answer
) -> tuple[dict[str, object], dict[str, object]]:
    before, after = _told(item, _said(current)), _told(item, _said(answer))
    names = [name for name in after if before[name] != after[name]]
    # Where nothing was said before, nothing was taken away.
    was = {n: before[n] for n in names if before[n] not in ("", None)}
    return was, {n: after[n] for n in names}


def _verdict(item: ChecklistItem, figures: Mapping[str, Any]) -> str:
    return evidence.judge(item.kind, figures, evidence.bar_of(item)).sentence


def _told(item: ChecklistItem, said: Said) -> dict[str, object]:
    """As the history tells it: states and numbers in words, a file by name and fingerprint."""
    figures = evidence.again(item.kind, said.figures)
    return {
        "state": str(State(said.state).label),
        "note": said.note,
        "evidence_link": said.evidence_url,
        "figures": _verdict(item, figures) if figures else "",
        "file": f"{said.file.name} (SHA-256 {said.file.sha256})" if said.file else "",
        "counts_until": said.valid_until,
    }
