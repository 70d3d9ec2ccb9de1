"""Checklist templates as files: one TOML file per template, read and checked here.

Pure: nothing here asks the database. `readiness.actions.catalog` stores what this reads.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portfolio.models import Stage
from portfolio.models.stage import ACTIVE_STAGES
from readiness.models.checklist import Answered, Dimension, EvidenceKind, Fact, Factor, Level, Side

FOLDER = Path(__file__).parent
KEY = re.compile(r"[a-z0-9_-]{1,60}\.[a-z0-9_-]{1,60}")
LONGEST = 3650  # days that evidence may count
RUNGS = 5  # sentences of a self-check's question, for 0 to 4
CHOICES: dict[str, list[str]] = {
    "dimension": Dimension.values,
    "level": Level.values,
    "side": Side.values,
    "stage": [str(stage) for stage in ACTIVE_STAGES],
    "kind": EvidenceKind.values,
}


class CatalogError(ValueError):
    """A template file that cannot be used; the message names the file and the cure."""


@dataclass(frozen=True)
class Item:
    """One question; `evidence` is what a good answer shows, `close` the way there.

    It matters from `stage` on, for pilots of which every fact in `when` is true. `kind` is the
    form its evidence has, `valid_days` how long that counts, `covers` the points of the source
    map it answers. `same_as` is the key of a question of another list that asks the same: one
    answer counts in both. `factor` is one of the eight of the gap chart. `rungs` are the sentences
    a team chooses from in a self-check, for 0 to 4.
    """

    code: str
    question: str
    evidence: str
    close: str
    dimension: str
    level: str
    side: str
    must_have: bool = True
    stage: str = Stage.PILOT
    when: tuple[str, ...] = ()
    kind: str = EvidenceKind.ANY
    valid_days: int | None = None
    covers: tuple[str, ...] = ()
    same_as: str = ""
    factor: str = ""
    rungs: tuple[str, ...] = ()

    def key_in(self, slug: str) -> str:
        """Its identity through versions and lists; `slug` is that of its own list."""
        return self.same_as or f"{slug}.{self.code}"


@dataclass(frozen=True)
class Template:
    slug: str
    version: int
    title: str
    summary: str
    source: str
    items: tuple[Item, ...]
    published: bool = True
    answered: str = Answered.PEOPLE

    @property
    def checksum(self) -> str:
        """The same for the same content, whatever the file's layout and comments."""
        content = json.dumps(_told(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def _told(part: Template | Item) -> dict[str, object]:
    """What a file says beyond the defaults, so that a new field changes no published version."""
    said: dict[str, object] = {}
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name == "items":
            said["items"] = [_told(item) for item in value]
        elif one.default is MISSING or value != one.default:
            said[one.name] = value
    return said


def read_all(folder: Path = FOLDER) -> list[Template]:
    """Every template of the folder, in the order of its file names."""
    templates = [read(path) for path in sorted(folder.glob("*.toml"))]
    for problem in unknown_keys(templates):
        raise CatalogError(problem)
    return templates


def unknown_keys(
    templates: Iterable[Template], known: Mapping[str, str] = MappingProxyType({})
) -> Iterable[str]:
    """A sentence for every `same_as` that names no question of these lists or of `known` (key ->
    kind), or one with evidence of another kind."""
    templates = list(templates)
    own = {f"{t.slug}.{item.code}": item.kind for t in templates for item in t.items}
    own = {**known, **own}
    for template in templates:
        for item in template.items:
            if item.same_as and own.get(item.same_as) != item.kind:
                yield (
                    f"{template.slug}: item “{item.code}” is the same as “{item.same_as}”, and no "
                    f"list asks that with evidence of the kind {item.kind}."
                )


def read(path: Path) -> Template:
    """One template; CatalogError when it is not complete."""
    template = parse(path.read_text(encoding="utf-8"), name=path.name)
    if template.slug != path.stem:
        raise CatalogError(f"{path.name} says slug “{template.slug}”; name the file after it.")
    return template


def parse(text: str, *, name: str) -> Template:
    """One template from the text of a file; `name` is what messages call it."""
    try:
        return made_of(tomllib.loads(text), name=name)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{name} is not a checklist template: {error}.") from None


def made_of(values: dict[str, Any], *, name: str) -> Template:
    """One template from what a file says, as a dictionary; CatalogError names what is wrong."""
    try:
        entries = [dict(entry) for entry in values["items"]]
        rest = {key: value for key, value in values.items() if key != "items"}
        template = Template(items=tuple(_item(entry) for entry in entries), **rest)
    except (TypeError, ValueError, KeyError) as error:
        raise CatalogError(f"{name} is not a checklist template: {error}.") from None
    for problem in _problems(template):
        raise CatalogError(f"{name}: {problem}")
    return template


def _item(entry: dict[str, Any]) -> Item:
    names = ("when", "covers", "rungs")
    lists: dict[str, Any] = {name: tuple(entry.pop(name)) for name in names if name in entry}
    return Item(**entry, **lists)


def _problems(template: Template) -> Iterable[str]:
    if not isinstance(template.version, int) or template.version < 1:
        yield "version is a whole number from 1."
    if template.answered not in Answered.values:
        yield f"answered is one of {', '.join(Answered.values)}."
    if not template.items:
        yield "there are no items."
    codes = [item.code for item in template.items]
    for code in {code for code in codes if codes.count(code) > 1}:
        yield f"two items have the code “{code}”."
    keys = [item.key_in(template.slug) for item in template.items]
    for key in {key for key in keys if keys.count(key) > 1}:
        yield f"two items are answered by “{key}”."
    for item in template.items:
        yield from _item_problems(item)
        if template.answered == Answered.TEAM and not item.rungs:
            yield f"item “{item.code}”: a self-check's question has {RUNGS} rungs, for 0 to 4."


def _item_problems(item: Item) -> Iterable[str]:
    for name in ("code", "question", "evidence", "close"):
        if not getattr(item, name).strip():
            yield f"item “{item.code}” has no {name}."
    for name, known in CHOICES.items():
        if getattr(item, name) not in known:
            yield f"item “{item.code}”: {name} is one of {', '.join(known)}."
    if item.factor and item.factor not in Factor.values:
        yield f"item “{item.code}”: factor is one of {', '.join(Factor.values)}."
    if item.same_as and not KEY.fullmatch(item.same_as):
        yield f"item “{item.code}”: same_as is a list and a code, such as production.latency."
    for fact in item.when:
        if fact not in Fact.values:
            yield f"item “{item.code}”: when lists facts out of {', '.join(Fact.values)}."
    if item.valid_days is not None and not 1 <= item.valid_days <= LONGEST:
        yield f"item “{item.code}”: valid_days is a whole number from 1 to {LONGEST}."
    if item.rungs and (len(item.rungs) != RUNGS or not all(rung.strip() for rung in item.rungs)):
        yield f"item “{item.code}”: rungs are {RUNGS} sentences, for 0 to 4."
