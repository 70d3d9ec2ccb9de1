"""A checklist of a pilot with its answers, for the screens that show and fill it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.access import may_edit
from portfolio.models import Pilot
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries.labels import day
from readiness.access import PRODUCTION, get_template, may_waive, states_for
from readiness.evidence import Verdict, again, bar_of, judge
from readiness.facts import applies, due, facts_of
from readiness.models import (
    Answer,
    ChecklistItem,
    ChecklistTemplate,
    EvidenceFile,
    Side,
    State,
    WaiverRequest,
    WaiverState,
)
from readiness.queries.files import revisions
from readiness.querysets import AnswerQuerySet
from readiness.scoring import Score, has_expired, is_met, score


@dataclass(frozen=True)
class ItemCard:
    """One question with its answer; `states` are what this person may choose.

    `due`: its stage has come. `past` is there for the item that was opened, the latest first.
    `asked` is the waiver that somebody asked for and nobody answered; of the opened item also the
    last one that was declined. `may_ask` for one: an editor who may not waive it.
    """

    item: ChecklistItem
    answer: Answer | None
    past: tuple[Answer, ...]
    met: bool
    expired: bool
    states: tuple[State, ...]
    due: bool = True
    files: tuple[EvidenceFile, ...] = ()
    asked: WaiverRequest | None = None
    may_ask: bool = False

    @property
    def waiting(self) -> bool:
        """A waiver was asked for and waits for an approver."""
        return self.asked is not None and self.asked.state == WaiverState.WAITING

    @property
    def word(self) -> str:
        """The state in a word or two, with what keeps it from counting."""
        if self.answer is None:
            return State.OPEN.label
        label = str(self.answer.get_state_display())
        if self.expired and self.answer.valid_until:
            return f"Expired: {label.lower()} until {day(self.answer.valid_until)}"
        if self.answer.state == State.ATTESTED and not self.met:
            given = self.answer.figures or self.answer.file_id or self.answer.evidence_url
            return f"{label}, not good enough" if given else f"{label} without evidence"
        return label

    @property
    def short(self) -> str:
        """Why the numbers are not good enough, such as "12 %; at least 80 % is needed."; "" when
        they count, or there are none."""
        answer = self.answer
        if answer is None or self.met or answer.state != State.ATTESTED or not answer.figures:
            return ""
        if self.verdict and self.verdict.passes:
            return "another list asks more of it"
        return self.verdict.sentence.rstrip(".") if self.verdict else ""

    @property
    def below(self) -> bool:
        """It counts, and its numbers would not be good enough today: they were given before so
        much was asked."""
        return self.met and self.verdict is not None and not self.verdict.passes

    @property
    def counts(self) -> str:
        """Whether it counts, with the reason: what the score is made of."""
        answer = self.answer
        if answer is None or answer.state == State.OPEN:
            return "open"
        end = f"{answer.valid_until.day} {answer.valid_until:%b %Y}" if answer.valid_until else ""
        if self.expired:
            return f"open: ran out on {end}"
        if not self.met:
            return f"open: {self.short}" if self.short else "open: no evidence"
        words = {State.WAIVED: "waived", State.NOT_APPLICABLE: "does not apply"}
        said = words.get(State(answer.state), "counts")
        return f"{said} until {end}" if end else said

    @property
    def elsewhere(self) -> str:
        """The other checklist that the answer was given in; "" when it was this one."""
        given = self.answer and self.answer.item
        if not given or given.template.slug == self.item.template.slug:
            return ""
        return str(given.template.title)

    @property
    def waivers(self) -> int:
        """How often the item was waived, each with an end of its own."""
        every = (self.answer, *self.past) if self.answer else self.past
        return len({one.valid_until for one in every if one.state == State.WAIVED})

    @property
    def earlier_files(self) -> tuple[EvidenceFile, ...]:
        """Revisions other than the one that backs the answer now."""
        now = self.answer.file_id if self.answer else None
        return tuple(file for file in self.files if file.pk != now)

    @property
    def verdict(self) -> Verdict | None:
        """What the numbers of the evidence say; None without numbers."""
        if self.answer is None or not self.answer.figures:
            return None
        given = again(self.item.kind, self.answer.figures)
        return judge(self.item.kind, given, bar_of(self.item))

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
    def met(self) -> frozenset[str]:
        """Codes of what counts."""
        return frozenset(card.item.code for card in self.cards if card.met)

    @property
    def sides(self) -> list[tuple[str, str]]:
        """Each side's name and share, such as ("Technical", "4/7")."""
        return [(str(Side(side).label), str(share)) for side, share in self.score.sides.items()]

    @property
    def percent(self) -> int:
        """The score: the share of the side that is further back, in percent."""
        return self.score.ruling.percent

    @property
    def ruling_side(self) -> str:
        side = self.score.ruling_side
        return str(Side(side).label) if side else ""


def scorecard(
    pilot: Pilot, user: User, as_of: date, *, slug: str = PRODUCTION, opened: str = ""
) -> Scorecard:
    """A checklist of a pilot with its answers; Http404 when nobody is asked it.

    `opened` is the code of the item whose earlier answers and files are wanted too. Four queries,
    two more with `opened`, and those of the rights, whatever the number of items.
    """
    template = get_template(slug)
    facts = facts_of(pilot)
    items = [item for item in template.items.all() if applies(item, facts)]
    given = (_answers if opened else _lines)(pilot, items).open_interval()
    now = {answer.key: answer for answer in given}
    past = _past(pilot, items, opened)
    editor, approver = may_edit(user, pilot), may_waive(user, pilot)
    files = _files(pilot, items, opened)
    asked = _asked(pilot, items, opened, as_of)
    cards = tuple(
        ItemCard(
            item=item,
            answer=now.get(item.key),
            past=past if item.code == opened else (),
            met=is_met(now.get(item.key), as_of),
            expired=item.key in now and has_expired(now[item.key], as_of),
            states=states_for(now.get(item.key), user, editor=editor, approver=approver),
            due=due(item.stage, pilot.stage),
            files=files if item.code == opened else (),
            asked=asked.get(item.key),
            may_ask=editor and not approver and pilot.stage not in ENDED_STAGES,
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


def _past(pilot: Pilot, items: Sequence[ChecklistItem], code: str) -> tuple[Answer, ...]:
    asked = [item for item in items if code and item.code == code]
    if not asked:
        return ()
    ended = _answers(pilot, asked).filter(until__isnull=False)
    return tuple(ended.order_by("-recorded_at", "-pk"))


def _lines(pilot: Pilot, items: Sequence[ChecklistItem]) -> AnswerQuerySet:
    """Answers for closed rows, which name nobody: a hundred of them are read at once."""
    rows = Answer.objects.filter(pilot=pilot, key__in=[item.key for item in items])
    return rows.select_related("file").defer("file__content")


def _answers(pilot: Pilot, items: Sequence[ChecklistItem]) -> AnswerQuerySet:
    """With everybody and everything that an opened item names."""
    rows = Answer.objects.filter(pilot=pilot, key__in=[item.key for item in items])
    rows = rows.select_related("author", "confirmed_by", "file__author", "item__template")
    return rows.defer("file__content", "item__evidence", "item__close", "item__template__summary")


def _asked(
    pilot: Pilot, items: Sequence[ChecklistItem], code: str, as_of: date
) -> dict[str, WaiverRequest]:
    """By key what waits; of the opened item what was declined last, while nothing else came."""
    rows = WaiverRequest.objects.filter(pilot=pilot).select_related("asked_by", "settled_by")
    keys = [item.key for item in items if code and item.code == code]
    waiting = rows.waiting(as_of)
    rows = waiting | rows.filter(key__in=keys) if keys else waiting
    found: dict[str, WaiverRequest] = {}
    for row in rows.order_by("-pk"):
        found.setdefault(row.key, row)
    shown = (WaiverState.WAITING, WaiverState.DECLINED)
    return {key: row for key, row in found.items() if row.state in shown and row.until >= as_of}


def _files(pilot: Pilot, items: Sequence[ChecklistItem], code: str) -> tuple[EvidenceFile, ...]:
    keys = [item.key for item in items if code and item.code == code]
    return tuple(revisions(pilot, keys[0])) if keys else ()
