"""What makes a template usable, in sentences. The same for files, drafts and uploads. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from common import text
from portfolio.models.stage import ACTIVE_STAGES
from readiness.catalog.template import Item, Template
from readiness.models.checklist import Answered, Dimension, EvidenceKind, Fact, Factor, Level, Side

WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
KEY = re.compile(r"[a-z0-9_-]{1,60}\.[a-z0-9_-]{1,60}")
LONGEST = 3650  # days that evidence may count
LATEST = 10_000  # versions of a list
RUNGS = 5  # sentences of a self-check's question, for 0 to 4
MOST = 300  # items of a list
CHOICES: dict[str, list[str]] = {
    "dimension": Dimension.values,
    "level": Level.values,
    "side": Side.values,
    "stage": [str(stage) for stage in ACTIVE_STAGES],
    "kind": EvidenceKind.values,
}
# Characters that fit; a text that is not here is short because it is one of CHOICES.
LENGTHS = {
    "slug": 60, "title": 200, "summary": 1000, "source": 60, "code": 60, "question": 300,
    "evidence": 2000, "close": 2000, "same_as": 121, "covers": 8, "rungs": 200, "least": 20,
    "most": 20, "unit": 20,
}  # fmt: skip
SHORT = 60
OF_LINES = frozenset({"summary", "evidence", "close"})
LISTS = frozenset({"when", "covers", "rungs"})


def shape(values: Mapping[str, Any]) -> Iterator[str]:
    """What keeps the values of a file from being read as a template at all."""
    yield from _strange(Template, values, "")
    entries = values.get("items", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        yield "items is a list of [[items]]."
        return
    if len(entries) > MOST:
        yield f"there are {len(entries)} items; {MOST} are the most."
    for position, entry in enumerate(entries[:MOST], start=1):
        yield from item_shape(entry, position)


def item_shape(entry: Mapping[str, Any], position: int = 0) -> Iterator[str]:
    """The same of one item; `position` names it when it has no code."""
    code = entry.get("code")
    called = f"item “{code}”" if isinstance(code, str) and code else f"item {position or 'new'}"
    yield from _strange(Item, entry, f"{called}: ")


def _strange(kind: type[Template | Item], values: Mapping[str, Any], called: str) -> Iterator[str]:
    known = {one.name: one for one in fields(kind)}
    for name in values:
        if name not in known:
            yield f"{called}“{str(name)[:40]}” is no field of a checklist."
    for name, one in known.items():
        if name in values:
            problem = _wrong(name, one.type, values[name])
            if problem:
                yield f"{called}{name} {problem}"
        elif one.default is MISSING:
            yield f"{called}{name} is missing."


def _wrong(name: str, kind: Any, value: Any) -> str:
    """What is wrong with one value; `kind` is what its field says."""
    if name == "items":
        return ""
    if name in LISTS:
        if not isinstance(value, list | tuple) or len(value) > MOST:
            return "is a short list."
        return next((wrong for one in value if (wrong := _wrong_text(name, one))), "")
    if kind is bool:
        return "" if isinstance(value, bool) else "is true or false."
    if name in ("version", "valid_days"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        allowed = whole or (value is None and name == "valid_days")
        return "" if allowed else "is a whole number."
    return _wrong_text(name, value)


def _wrong_text(name: str, value: Any) -> str:
    longest = LENGTHS.get(name, SHORT)
    if not isinstance(value, str):
        return "is a text."
    if len(value) > longest:
        return f"has {len(value):,} characters; {longest:,} are the most."
    if text.clean(value, lines=name in OF_LINES) != value.strip():
        return "has line breaks, spaces or signs that cannot be shown."
    return ""


def problems(template: Template) -> Iterator[str]:
    """What is wrong with a template that could be read."""
    if not 1 <= template.version <= LATEST:
        yield "version is a whole number from 1."
    if not WORD.fullmatch(template.slug):
        yield "slug is of small letters, digits, - and _."
    if not template.title.strip():
        yield "there is no title."
    if template.answered not in Answered.values:
        yield f"answered is one of {', '.join(Answered.values)}."
    if not template.items:
        yield "there are no items."
    codes = [item.code for item in template.items]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"two items have the code “{code}”."
    keys = [item.key_in(template.slug) for item in template.items]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"two items are answered by “{key}”."
    for item in template.items:
        yield from item_problems(item)
        if template.answered == Answered.TEAM and not item.rungs:
            yield f"item “{item.code}”: a self-check's question has {RUNGS} rungs, for 0 to 4."


def item_problems(item: Item) -> Iterator[str]:
    """What is wrong with one item that could be read."""
    called = f"item “{item.code}”"
    for name in ("code", "question", "evidence", "close"):
        if not getattr(item, name).strip():
            yield f"{called} has no {name}."
    if item.code.strip() and not WORD.fullmatch(item.code):
        yield f"{called}: code is of small letters, digits, - and _."
    for name, known in CHOICES.items():
        if getattr(item, name) not in known:
            yield f"{called}: {name} is one of {', '.join(known)}."
    if item.factor and item.factor not in Factor.values:
        yield f"{called}: factor is one of {', '.join(Factor.values)}."
    if item.same_as and not KEY.fullmatch(item.same_as):
        yield f"{called}: same_as is a list and a code, such as production.latency."
    if not set(item.when) <= set(Fact.values) or len(set(item.when)) < len(item.when):
        yield f"{called}: when lists facts out of {', '.join(Fact.values)}."
    if item.valid_days is not None and not 1 <= item.valid_days <= LONGEST:
        yield f"{called}: valid_days is a whole number from 1 to {LONGEST}."
    yield from _bar_problems(item, called)
    if item.rungs and (len(item.rungs) != RUNGS or not all(rung.strip() for rung in item.rungs)):
        yield f"{called}: rungs are {RUNGS} sentences, for 0 to 4."


def _bar_problems(item: Item, called: str) -> Iterator[str]:
    """What is wrong with what a number has to reach."""
    bar = {"least": item.least, "most": item.most}
    if (any(bar.values()) or item.unit) and item.kind != EvidenceKind.NUMBER:
        yield f"{called}: least, most and unit are for a question whose kind is number."
    wrong = [name for name, value in bar.items() if value and not NUMBER.fullmatch(value)]
    for name in wrong:
        yield f"{called}: {name} is a number, such as 80 or 0.5."
    if not wrong and item.least and item.most and Decimal(item.least) > Decimal(item.most):
        yield f"{called}: least is not more than most."


def unknown_keys(
    templates: Iterable[Template], known: Mapping[str, str] = MappingProxyType({})
) -> Iterable[str]:
    """A sentence for every `same_as` that names no question of these lists or of `known` (key ->
    kind), or one with evidence of another kind. A question that is itself the same as another
    one's is none of its own, so that no circle can close."""
    templates = list(templates)
    own = {
        f"{t.slug}.{item.code}": item.kind for t in templates for item in t.items
        if not item.same_as
    }  # fmt: skip
    asked = {**known, **own}
    for template in templates:
        for item in template.items:
            if item.same_as and asked.get(item.same_as) != item.kind:
                yield (
                    f"{template.slug}: item “{item.code}” is the same as “{item.same_as}”, and no "
                    f"list asks that with evidence of the kind {item.kind}."
                )
