"""A scorecard as a team works through it: narrowed, grouped, with what comes next."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from accounts.models import User
from readiness.models import State
from readiness.models.checklist import Dimension, Factor, Level, Side
from readiness.next_gap import Closed, Gap, closing, minutes_left, next_gap
from readiness.queries.scorecard import ItemCard, Scorecard
from readiness.scoring import Share

SHORT = 20  # items up to which a list is asked as a whole, whatever the stage, nothing folded
STATES = {
    "open": "open", "unanswered": "not answered by anybody", "expired": "expired",
    "waived": "waived", "counts": "that count", "mine": "answered by me",
}  # fmt: skip
DUE = {"now": "due now", "later": "of later stages"}
CHOICES: Mapping[str, Collection[str]] = {
    "state": STATES, "dimension": Dimension.values, "level": Level.values, "side": Side.values,
    "due": DUE, "factor": Factor.values,
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Which items the address asks for; "" is all. An unknown value is left out."""

    state: str = ""
    dimension: str = ""
    level: str = ""
    side: str = ""
    due: str = ""
    factor: str = ""
    must: bool = False

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Self:
        said = {name: sent.get(name, "") for name in CHOICES}
        known: dict[str, Any] = {n: value for n, value in said.items() if value in CHOICES[n]}
        return cls(**known, must=sent.get("must", "") == "1")

    def __bool__(self) -> bool:
        return self != type(self)()

    @property
    def query(self) -> str:
        """For an address: "dimension=data&must=1"."""
        said = {name: value for name in CHOICES if (value := getattr(self, name))}
        return urlencode(said | ({"must": "1"} if self.must else {}))

    def wants(self, card: ItemCard, user: User) -> bool:
        item = card.item
        same = all(
            wished in ("", getattr(item, name))
            for name, wished in (
                ("dimension", self.dimension), ("level", self.level), ("side", self.side),
                ("factor", self.factor),
            )
        )  # fmt: skip
        if not same or (self.must and not item.must_have):
            return False
        if self.due and (self.due == "now") != card.due:
            return False
        return not self.state or _is(card, self.state, user)


def _is(card: ItemCard, state: str, user: User) -> bool:
    answer = card.answer
    match state:
        case "open":
            return not card.met
        case "counts":
            return card.met
        case "expired":
            return card.expired
        case "unanswered":
            return answer is None
        case "waived":
            return answer is not None and answer.state == State.WAIVED
        case _:
            return answer is not None and answer.author_id == user.pk


@dataclass(frozen=True)
class Group:
    """The items of a level within a dimension; `share` is of all of them, shown or not."""

    code: str
    title: str
    share: Share
    cards: tuple[ItemCard, ...]
    unfolded: bool


@dataclass(frozen=True)
class Part:
    """A dimension with its groups, from Groundwork up; empty groups are left out."""

    code: str
    title: str
    share: Share
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Cell:
    """One number of the table that explains the score; `query` leads to its items."""

    share: Share
    query: str


@dataclass(frozen=True)
class Sheet:
    """What the working screen shows of a scorecard."""

    scorecard: Scorecard
    wish: Wish
    parts: tuple[Part, ...]
    later: tuple[ItemCard, ...]
    shown: int
    gap: Gap | None
    minutes: int | None

    @property
    def due(self) -> Share:
        """How many of the items that are due now are answered, whether they count or not."""
        cards = self.scorecard.cards
        due = [card for card in cards if card.due or _short(cards)]
        return Share(sum(_answered(card) for card in due), len(due))

    @property
    def waiting(self) -> int:
        """Items of later stages."""
        return len(self.scorecard.cards) - self.due.total

    @property
    def unfold_later(self) -> bool:
        """Nothing else is there to be shown, or it was asked for."""
        return bool(self.wish) or not self.parts

    @property
    def levels(self) -> list[tuple[str, str]]:
        """Columns of the table that explains the score."""
        return [(code, str(label)) for code, label in Level.choices if self._share(level=code)]

    @property
    def table(self) -> Iterator[tuple[str, Cell, list[Cell | None]]]:
        """Each dimension with its share and one for each level."""
        for code, label in Dimension.choices:
            if whole := self._share(dimension=code):
                cells = [self._cell(dimension=code, level=level) for level, _ in self.levels]
                yield str(label), Cell(whole, Wish(dimension=code).query), cells

    @property
    def totals(self) -> list[Cell | None]:
        return [self._cell(level=level) for level, _ in self.levels]

    def closing(self, card: ItemCard) -> Closed | None:
        """What would change if the item counted; None when it does."""
        return None if card.met else closing(self.scorecard.score, card.item)

    def _cell(self, *, level: str, dimension: str = "") -> Cell | None:
        wish = Wish(dimension=dimension, level=level)
        part = {"dimension": dimension} if dimension else {}
        share = self._share(level=level, **part)
        return Cell(share, wish.query) if share else None

    def _share(self, **part: str) -> Share | None:
        cards = [
            card
            for card in self.scorecard.cards
            if all(getattr(card.item, name) == value for name, value in part.items())
        ]
        return _share(cards) if cards else None


def sheet(scorecard: Scorecard, user: User, wish: Wish, blocking: Collection[str] = ()) -> Sheet:
    """Grouped and narrowed; `blocking` are keys of items that the next gate asks for."""
    wanted = [card for card in scorecard.cards if wish.wants(card, user)]
    # What was said about an item of a later stage stands with the others: it is being worked on.
    short = _short(scorecard.cards)
    now = [card for card in wanted if short or card.due or _answered(card) or wish.due == "later"]
    given = [card.answer.recorded_at for card in scorecard.cards if card.answer]
    left = sum((short or card.due) and not _answered(card) for card in scorecard.cards)
    return Sheet(
        scorecard=scorecard,
        wish=wish,
        parts=tuple(_parts(scorecard, now, folded=not short and not wish)),
        later=tuple(card for card in wanted if card not in now),
        shown=len(wanted),
        gap=next_gap(
            [card.item for card in scorecard.cards], scorecard.score, scorecard.met,
            stage=scorecard.pilot.stage, blocking=blocking,
        ),
        minutes=minutes_left(given, left),
    )  # fmt: skip


def _parts(scorecard: Scorecard, cards: list[ItemCard], *, folded: bool) -> Iterator[Part]:
    for code, label in Dimension.choices:
        mine = [card for card in cards if card.item.dimension == code]
        if not mine:
            continue
        whole = [card for card in scorecard.cards if card.item.dimension == code]
        groups = tuple(_groups(whole, mine, folded=folded))
        yield Part(code, str(label), _share(whole), groups)


def _groups(whole: list[ItemCard], cards: list[ItemCard], *, folded: bool) -> Iterator[Group]:
    for code, label in Level.choices:
        mine = tuple(card for card in cards if card.item.level == code)
        if mine:
            share = _share([card for card in whole if card.item.level == code])
            unfolded = not folded or any(not card.met for card in mine)
            yield Group(code, str(label), share, mine, unfolded)


def _share(cards: list[ItemCard]) -> Share:
    return Share(sum(card.met for card in cards), len(cards))


def _short(cards: Collection[ItemCard]) -> bool:
    return len(cards) <= SHORT


def _answered(card: ItemCard) -> bool:
    """Something is said, and it has not run out."""
    return card.answer is not None and card.answer.state != State.OPEN and not card.expired
