"""A checklist of a pilot with its answers, for the screens that show and fill it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.access import may_edit
from portfolio.models import Pilot
from readiness.access import PRODUCTION, get_template, may_waive, states_for
from readiness.evidence import Verdict, again, judge
from readiness.facts import applies, facts_of
from readiness.models import Answer, ChecklistItem, ChecklistTemplate, Side, State
from readiness.scoring import Score, has_expired, is_met, score


@dataclass(frozen=True)
class ItemCard:
    """One question with its answer; `states` are what this person may choose."""

    item: ChecklistItem
    answer: Answer | None
    past: tuple[Answer, ...]
    met: bool
    expired: bool
    states: tuple[State, ...]

    @property
    def word(self) -> str:
        """The state in a word or two, with what keeps it from counting."""
        if self.answer is None:
            return State.OPEN.label
        label = self.answer.get_state_display()
        if self.expired:
            return f"{label}, expired"
        if self.answer.state == State.ATTESTED and not self.met:
            return (
                f"{label}, not good enough" if self.answer.figures else f"{label} without evidence"
            )
        return label

    @property
    def verdict(self) -> Verdict | None:
        """What the numbers of the evidence say; None without numbers."""
        if self.answer is None or not self.answer.figures:
            return None
        return judge(self.item.kind, again(self.item.kind, self.answer.figures))

    @property
    def dimension(self) -> str:
        return str(self.item.get_dimension_display())

    @property
    def seen(self) -> int:
        return self.answer.pk if self.answer else 0


@dataclass(frozen=True)
class Scorecard:
    """A checklist of a pilot; `cards` are the items that apply to it."""

    pilot: Pilot
    template: ChecklistTemplate
    cards: tuple[ItemCard, ...]
    score: Score
    may_answer: bool

    def card(self, code: str) -> ItemCard | None:
        return next((card for card in self.cards if card.item.code == code), None)

    @property
    def open_cards(self) -> list[ItemCard]:
        return [card for card in self.cards if not card.met]

    @property
    def sides(self) -> list[tuple[str, str]]:
        """Each side's name and share, such as ("Technical", "4/7")."""
        return [(str(Side(side).label), str(share)) for side, share in self.score.sides.items()]

    @property
    def ruling_side(self) -> str:
        side = self.score.ruling_side
        return str(Side(side).label) if side else ""


def scorecard(pilot: Pilot, user: User, as_of: date, *, slug: str = PRODUCTION) -> Scorecard:
    """A checklist of a pilot with its answers and history; Http404 when nobody is asked it.

    Three queries and those of the rights, whatever the number of items.
    """
    template = get_template(slug)
    facts = facts_of(pilot)
    items = [item for item in template.items.all() if applies(item, facts)]
    answers = _history(pilot, items)
    now = {a.key: a for a in answers if a.until is None}
    editor, approver = may_edit(user, pilot), may_waive(user, pilot)
    past: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.until is not None:
            past.setdefault(answer.key, []).append(answer)
    cards = tuple(
        ItemCard(
            item=item,
            answer=now.get(item.key),
            past=tuple(past.get(item.key, ())),
            met=is_met(now.get(item.key), as_of),
            expired=item.key in now and has_expired(now[item.key], as_of),
            states=states_for(now.get(item.key), user, editor=editor, approver=approver),
        )
        for item in items
    )
    return Scorecard(
        pilot=pilot,
        template=template,
        cards=cards,
        score=score(items, now, as_of),
        may_answer=editor or approver,
    )


def _history(pilot: Pilot, items: Sequence[ChecklistItem]) -> list[Answer]:
    rows = Answer.objects.filter(pilot=pilot, key__in=[item.key for item in items])
    rows = rows.select_related("author", "confirmed_by", "file").defer("file__content")
    return list(rows.order_by("-recorded_at", "-pk"))
