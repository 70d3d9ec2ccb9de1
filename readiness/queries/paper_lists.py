"""The checklists of a pilot as a gate packet tells them: shares, what is open, waived, ending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.models import Pilot
from readiness.facts import applies, due, facts_of
from readiness.models import Answer, ChecklistItem, Side, State
from readiness.queries.gate_facts import Asked
from readiness.scoring import has_expired, is_met, score

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A question with its answer: `state` in a word, `met`, and what was said, by whom."""

    code: str
    question: str
    must_have: bool
    due: bool
    state: str
    met: bool
    expired: bool
    valid_until: str
    note: str
    evidence_url: str
    said_by: str
    confirmed_by: str
    on: str


@dataclass(frozen=True, slots=True)
class ListLine:
    """`ruling` is the side that is further back, "" when both are level or nothing was answered."""

    slug: str
    title: str
    version: int
    met: int
    total: int
    sides: tuple[tuple[str, int, int], ...]
    ruling: str
    begun: bool
    items: tuple[ItemLine, ...]

    @property
    def open(self) -> list[ItemLine]:
        """Must-haves that are due and not met."""
        return [one for one in self.items if one.must_have and one.due and not one.met]

    @property
    def waived(self) -> list[ItemLine]:
        return [one for one in self.items if one.state == State.WAIVED.label and one.met]

    def ending(self, as_of: date) -> list[ItemLine]:
        """What counts now and will not in 30 days."""
        last = (as_of + SOON).isoformat()
        return [one for one in self.items if one.met and "" < one.valid_until <= last]


def lists(pilot: Pilot, asked: Asked, as_of: date, *, to_stage: str) -> tuple[ListLine, ...]:
    """All lists that people answer, the ten questions first. One query."""
    rows = Answer.objects.open_interval().filter(pilot=pilot, key__in=asked.keys)
    answers = {row.key: row for row in rows.select_related("author", "confirmed_by")}
    facts = facts_of(pilot)
    found = [
        _list([i for i in items if applies(i, facts)], answers, as_of, to_stage)
        for items in asked.items.values()
        if any(applies(item, facts) for item in items)
    ]
    return tuple(sorted(found, key=lambda line: (line.slug != "production", line.title)))


def _list(
    items: Sequence[ChecklistItem], answers: Mapping[str, Answer], as_of: date, to_stage: str
) -> ListLine:
    template = items[0].template
    found = score(items, answers, as_of)
    side = found.ruling_side
    return ListLine(
        slug=template.slug, title=template.title, version=template.version,
        met=found.overall.met, total=found.overall.total,
        sides=tuple((str(Side(s).label), share.met, share.total)
                    for s, share in found.sides.items()),
        ruling=str(Side(side).label) if side else "",
        begun=any(item.key in answers for item in items),
        items=tuple(_item(item, answers.get(item.key), as_of, to_stage) for item in items),
    )  # fmt: skip


def _item(item: ChecklistItem, answer: Answer | None, as_of: date, to_stage: str) -> ItemLine:
    until = answer.valid_until if answer else None
    return ItemLine(
        code=item.code, question=item.question, must_have=item.must_have,
        due=due(item.stage, to_stage),
        state=str(State(answer.state).label) if answer else str(State.OPEN.label),
        met=is_met(answer, as_of), expired=bool(answer and has_expired(answer, as_of)),
        valid_until=until.isoformat() if until else "",
        note=answer.note if answer else "", evidence_url=answer.evidence_url if answer else "",
        said_by=str(answer.author) if answer else "",
        confirmed_by=str(answer.confirmed_by) if answer and answer.confirmed_by else "",
        on=answer.since.isoformat() if answer else "",
    )  # fmt: skip
