"""What differs between two versions of a checklist. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from portfolio.models import Stage
from readiness.models import ChecklistItem
from readiness.models.checklist import Fact

FIELDS = {
    "question": "Question", "evidence": "Good evidence", "close": "How to close it",
    "dimension": "Dimension", "level": "Level", "side": "Side", "must_have": "Must-have",
    "stage": "From stage", "when": "Asked when", "kind": "Evidence", "valid_days": "Days it counts",
    "factor": "Factor", "least": "At least", "most": "At most",
    "unit": "Unit", "covers": "Covers", "key": "Answered by", "rungs": "Rungs",
}  # fmt: skip
OWN_ANSWERS = "answers of its own"
Words = Mapping[str, str]
NO_WORDS: Words = MappingProxyType({})


@dataclass(frozen=True)
class Changed:
    """An item of both versions: (field, before, after) of what differs."""

    item: ChecklistItem
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Diff:
    added: tuple[ChecklistItem, ...]
    removed: tuple[ChecklistItem, ...]
    changed: tuple[Changed, ...]
    moved: bool
    """Items of both stand in another order."""

    @property
    def nothing(self) -> bool:
        return not (self.added or self.removed or self.changed or self.moved)


def diff(
    before: Sequence[ChecklistItem], after: Sequence[ChecklistItem], words: Words = NO_WORDS
) -> Diff:
    """Items are the same ones when their codes are. `words` are the questions of other lists by
    their keys."""
    old, new = {i.code: i for i in before}, {i.code: i for i in after}
    both = [(old[code], item) for code, item in new.items() if code in old]
    order = [code for code in old if code in new]
    return Diff(
        added=tuple(item for code, item in new.items() if code not in old),
        removed=tuple(item for code, item in old.items() if code not in new),
        changed=tuple(
            Changed(now, differing)
            for was, now in both
            if (differing := _differing(was, now, words))
        ),
        moved=order != [code for code in new if code in old],
    )


def _differing(
    was: ChecklistItem, now: ChecklistItem, words: Words
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (label, said(was, name, words), said(now, name, words))
        for name, label in FIELDS.items()
        if getattr(was, name) != getattr(now, name)
    )


def said(item: ChecklistItem, name: str, words: Words = NO_WORDS) -> str:
    """A field of an item in words."""
    value = getattr(item, name)
    if name == "key":
        return words.get(value, OWN_ANSWERS)
    if name == "when":
        return facts(value) or "always"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value) or "none"
    if name == "stage":
        return str(Stage(value).label)
    display = getattr(item, f"get_{name}_display", None)
    return str(display() if display else value) or "none"


def facts(codes: Iterable[str]) -> str:
    """The facts under which an item is asked, in words."""
    return " and ".join(str(Fact(code).label).lower() for code in codes)
