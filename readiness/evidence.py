"""Structured evidence: the numbers an item asks for, and whether they are good enough. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from readiness.models.checklist import EvidenceKind

RAW_RECORDS = 200
"""Fewest records of a raw-data test (source map E07)."""
GAP_ALLOWED = Decimal(10)
"""Most points between the pilot's data and raw data (E06; the limit is ours)."""
LONG_WAIT = 4000
"""Milliseconds that are too long while a person waits; asynchronous work may take them (E16)."""
SLOW_DRILL = 120
"""Minutes to be back after a rollback, as an aim (A36)."""
BIGGEST = Decimal(10) ** 15
PERCENT = "%"
A_YEAR = 365
"""Days that evidence counts when its item does not say."""


class NotANumber(ValueError):
    """A figure that cannot be read; `field` names its box, the message says what to write."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


Read = Callable[[str, str], Any]


@dataclass(frozen=True)
class Box:
    """One figure of a kind: what it is called, how it is read, whether it must be there."""

    name: str
    label: str
    read: Read
    needed: bool = True

    @property
    def shape(self) -> str:
        """How the box is drawn: yes, day, words or number."""
        shapes: dict[Read, str] = {_yes: "yes", _day: "day", _words: "words"}
        return shapes.get(self.read, "number")


@dataclass(frozen=True)
class Bar:
    """What a number has to reach, and in which unit; None and "" where nothing is asked."""

    least: Decimal | None = None
    most: Decimal | None = None
    unit: str = ""

    @property
    def words(self) -> str:
        """ "at least 80 %"; "" without a bar."""
        sides = (("at least", self.least), ("at most", self.most))
        return " and ".join(
            f"{word} {self.said(number)}" for word, number in sides if number is not None
        )

    @property
    def needed(self) -> str:
        """ "At least 80 % is needed."; "" without a bar."""
        return f"{self.words[:1].upper()}{self.words[1:]} is needed." if self.words else ""

    def said(self, number: Decimal) -> str:
        """A number with the unit."""
        return f"{plain(number)} {self.unit}".strip()

    def reached(self, number: Decimal) -> bool:
        too_low = self.least is not None and number < self.least
        return not (too_low or (self.most is not None and number > self.most))


NO_BAR = Bar()


def bar_of(item: Any) -> Bar:
    """The bar of a question, as its list says it in texts."""
    return Bar(
        Decimal(item.least) if item.least else None, Decimal(item.most) if item.most else None,
        item.unit,
    )  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """`passes`, and a sentence that says it with the numbers."""

    passes: bool
    sentence: str


def _number(
    name: str, value: str, *, least: Decimal = Decimal(0), most: Decimal = BIGGEST
) -> Decimal:
    try:
        number = Decimal(value.replace(" ", "").replace("\u202f", ""))
    except InvalidOperation:
        raise NotANumber(name, "Write a number, such as 12.5.") from None
    if not number.is_finite() or not least <= number <= most:
        raise NotANumber(name, f"Write a number from {least:f} to {most:f}.")
    return number


def _positive(name: str, value: str) -> Decimal:
    number = _number(name, value)
    if number == 0:
        raise NotANumber(name, "Write a number above 0.")
    return number


def _count(name: str, value: str) -> int:
    number = _number(name, value)
    if number != number.to_integral_value():
        raise NotANumber(name, "Write a whole number.")
    return int(number)


def _percent(name: str, value: str) -> Decimal:
    return _number(name, value, most=Decimal(100))


def _yes(name: str, value: str) -> bool:
    if value not in ("yes", "no"):
        raise NotANumber(name, "Choose yes or no.")
    return value == "yes"


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotANumber(name, "Choose a day.") from None


def _words(name: str, value: str) -> str:
    if len(value) > 40:
        raise NotANumber(name, "Forty characters are enough for a unit.")
    return value


BOXES: Mapping[str, tuple[Box, ...]] = {
    EvidenceKind.ANY: (),
    EvidenceKind.NUMBER: (
        Box("value", "Value", _number),
        Box("unit", "Unit", _words, needed=False),
    ),
    EvidenceKind.RAW_200: (
        Box("records", "Records tested", _count),
        Box("random", "Drawn at random", _yes),
        Box("untouched", "Not cleaned or prepared", _yes),
        Box("curated", "Score on the pilot's data, in percent", _percent),
        Box("raw", "Score on the raw records, in percent", _percent),
        Box("on", "Day of the test", _day),
    ),
    EvidenceKind.DRILL: (
        Box("on", "Day of the drill", _day),
        Box("minutes", "Minutes it took", _number),
    ),
    EvidenceKind.LOAD_RATIO: (
        Box("tested", "Users at once, tested", _count),
        Box("expected", "Users at once, expected", _positive),
    ),
    EvidenceKind.LATENCY: (
        Box("budget", "Budget in milliseconds", _positive),
        Box("p95", "Measured 95th percentile in milliseconds", _number),
        Box("waits", "A person waits for the answer", _yes, needed=False),
    ),
}


def read(
    kind: str, sent: Mapping[str, str], as_of: date, bar: Bar = NO_BAR
) -> dict[str, Any]:  # fmt: skip
    """The figures that were sent, by name; empty when none were.

    NotANumber names the first wrong one. Figures come whole or not at all, since half a
    measurement proves nothing. A question whose `bar` has a unit is answered in that one.
    """
    if bar.unit:
        sent = {**sent, "unit": ""}
    boxes = BOXES[kind]
    given = {box.name: (sent.get(box.name) or "").strip() for box in boxes}
    if not any(given.values()):
        return {}
    figures: dict[str, Any] = {}
    for box in boxes:
        text = given[box.name]
        if not text and box.needed:
            raise NotANumber(box.name, f"{box.label} is missing.")
        figures[box.name] = box.read(box.name, text) if text else None
    if bar.unit == PERCENT and "value" in figures and figures["value"] > 100:
        raise NotANumber("value", "Write a number from 0 to 100.")
    if isinstance(figures.get("on"), date) and figures["on"] > as_of:
        raise NotANumber("on", "That day is still to come.")
    return figures


def measured_on(figures: Mapping[str, Any]) -> date | None:
    """The day of the test or drill, from which its evidence counts; None when it names none."""
    day = figures.get("on")
    return day if isinstance(day, date) else None


def kept(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Figures as they are stored: exact decimals and days as text."""
    return {
        name: format(value, "f") if isinstance(value, Decimal)
        else value.isoformat() if isinstance(value, date) else value
        for name, value in figures.items()
        if value is not None
    }  # fmt: skip


def again(kind: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored figures as `read` gave them; none when they are of another kind than is asked now."""
    boxes = BOXES[kind]
    if not {box.name for box in boxes if box.needed} <= set(stored) <= {box.name for box in boxes}:
        return {}
    sent = {
        name: ("yes" if value else "no") if isinstance(value, bool) else str(value)
        for name, value in stored.items()
        if value is not None
    }
    return read(kind, sent, date.max)


def judge(kind: str, figures: Mapping[str, Any], bar: Bar = NO_BAR) -> Verdict:
    """Whether the figures are good enough, in a sentence; `figures` are as `read` gave them. The
    `bar` is that of the question, for a number."""
    if kind == EvidenceKind.NUMBER and figures and bar != NO_BAR:
        said = bar.said(figures["value"])
        if not bar.words:
            return Verdict(True, said)
        if not bar.reached(figures["value"]):
            return Verdict(False, f"{said}; {bar.words} is needed.")
        return Verdict(True, f"{said}, {bar.words} asked for.")
    judged = JUDGES.get(kind)
    if judged is None:
        return Verdict(True, "")
    if not figures:
        return Verdict(False, "The numbers are missing.")
    return judged(figures)


def _judge_number(figures: Mapping[str, Any]) -> Verdict:
    return Verdict(True, f"{plain(figures['value'])} {figures.get('unit') or ''}".strip())


def _judge_raw(figures: Mapping[str, Any]) -> Verdict:
    if figures["records"] < RAW_RECORDS:
        return Verdict(False, f"{figures['records']} records; {RAW_RECORDS} are the fewest.")
    if not figures["random"]:
        return Verdict(False, "The records were not drawn at random.")
    if not figures["untouched"]:
        return Verdict(False, "The records were cleaned or prepared first.")
    gap = figures["curated"] - figures["raw"]
    curated, raw = plain(figures["curated"]), plain(figures["raw"])
    said = f"{curated} % on the pilot's data, {raw} % on raw records"
    if gap > GAP_ALLOWED:
        return Verdict(
            False, f"{said}: {plain(gap)} points apart, {plain(GAP_ALLOWED)} are allowed."
        )
    return Verdict(True, f"{said}.")


def _judge_drill(figures: Mapping[str, Any]) -> Verdict:
    minutes, on = figures["minutes"], f"{figures['on']:%-d %B %Y}"
    said = f"{plain(minutes)} minutes, {on}"
    return Verdict(True, f"{said}; two hours are the aim." if minutes > SLOW_DRILL else f"{said}.")


def _judge_load(figures: Mapping[str, Any]) -> Verdict:
    tested, expected = Decimal(figures["tested"]), figures["expected"]
    said = f"{plain(tested)} users at once tested, {plain(expected)} expected"
    ratio = plain(min(tested / expected, BIGGEST).quantize(Decimal("0.01")))
    return Verdict(tested >= expected, f"{said}: {ratio} of it.")


def _judge_latency(figures: Mapping[str, Any]) -> Verdict:
    p95, budget, waits = figures["p95"], figures["budget"], figures.get("waits")
    said = f"95th percentile {plain(p95)} ms, budget {plain(budget)} ms"
    if waits and p95 >= LONG_WAIT:
        return Verdict(
            False, f"{said}; too long while a person waits: answer faster, or asynchronously."
        )
    context = "" if waits is None else ", while a person waits" if waits else ", nobody waits"
    return Verdict(p95 <= budget, f"{said}{context}.")


def plain(number: Decimal) -> str:
    """As few digits as the number has, never in powers of ten."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


JUDGES: Mapping[str, Callable[[Mapping[str, Any]], Verdict]] = {
    EvidenceKind.NUMBER: _judge_number,
    EvidenceKind.RAW_200: _judge_raw,
    EvidenceKind.DRILL: _judge_drill,
    EvidenceKind.LOAD_RATIO: _judge_load,
    EvidenceKind.LATENCY: _judge_latency,
}
