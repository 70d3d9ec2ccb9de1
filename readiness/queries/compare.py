"""Two pilots side by side on one checklist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from accounts.models import User
from portfolio.models import Pilot
from readiness.models import Answered, Assessment, ChecklistItem, ChecklistTemplate
from readiness.models.checklist import Dimension, Level, Side
from readiness.queries.scorecard import ItemCard, Scorecard, scorecard
from readiness.scoring import Share

OFFERED = 12


@dataclass(frozen=True)
class Line:
    """A part of the score of both; None: nothing of it is asked of that pilot."""

    label: str
    left: Share | None
    right: Share | None


@dataclass(frozen=True)
class Pair:
    """One question on both; None: it does not apply to that pilot."""

    item: ChecklistItem
    left: ItemCard | None
    right: ItemCard | None

    @property
    def differs(self) -> bool:
        return _stands(self.left) != _stands(self.right)

    @property
    def sides(self) -> tuple[ItemCard | None, ItemCard | None]:
        return self.left, self.right


@dataclass(frozen=True)
class Comparison:
    left: Scorecard
    right: Scorecard
    pairs: tuple[Pair, ...]

    @property
    def cards(self) -> tuple[Scorecard, Scorecard]:
        return self.left, self.right

    @property
    def different(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.differs]

    @property
    def parts(self) -> Iterator[tuple[str, list[Line]]]:
        """The shares by dimension, level and side, each in its usual order."""
        one, two = self.left.score, self.right.score
        yield "Dimension", _lines(Dimension.choices, one.dimensions, two.dimensions)
        yield "Level", _lines(Level.choices, one.levels, two.levels)
        yield "Side", _lines(Side.choices, one.sides, two.sides)


@dataclass(frozen=True)
class Offer:
    """A pilot to compare with; `met` is None when it was not looked for by its score."""

    ref: str
    name: str
    met: str


def compare(left: Pilot, right: Pilot, user: User, as_of: date, slug: str) -> Comparison:
    """Both pilots on that list. The caller may see both; a fixed number of queries."""
    one, two = (scorecard(pilot, user, as_of, slug=slug) for pilot in (left, right))
    cards = [{card.item.pk: card for card in found.cards} for found in (one, two)]
    items = {card.item.pk: card.item for found in (one, two) for card in found.cards}
    pairs = tuple(
        Pair(item, cards[0].get(pk), cards[1].get(pk))
        for pk, item in sorted(items.items(), key=lambda entry: entry[1].position)
    )
    return Comparison(one, two, pairs)


def lists() -> list[ChecklistTemplate]:
    """The lists that two pilots can be compared on."""
    asked = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    return list(asked.order_by("title"))


def offers(pilot: Pilot, user: User, slug: str, typed: str) -> list[Offer]:
    """Pilots that this person may see: those that the words fit, else the furthest on the list."""
    seen = Pilot.objects.visible_to(user).exclude(pk=pilot.pk)
    if typed.strip():
        found = seen.search(typed).order_by("name_key")[:OFFERED]
        return [Offer(one.ref, one.name, "") for one in found]
    scores = Assessment.objects.filter(checklist=slug, met__gt=0, pilot__in=seen)
    ordered = scores.select_related("pilot").order_by("-met", "total", F("pilot").asc())
    return [Offer(one.pilot.ref, one.pilot.name, str(one)) for one in ordered[:OFFERED]]


def _stands(card: ItemCard | None) -> tuple[bool, str]:
    return (card.met, card.word) if card else (False, "")


def _lines(
    choices: list[tuple[str, str]], one: Mapping[str, Share], two: Mapping[str, Share]
) -> list[Line]:
    return [
        Line(str(label), one.get(code), two.get(code))
        for code, label in choices
        if code in one or code in two
    ]
