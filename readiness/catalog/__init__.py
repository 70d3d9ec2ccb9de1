"""Checklist templates as files: one TOML file per template, read and checked here.

Pure: nothing here asks the database. `readiness.actions.catalog` stores what this reads.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from portfolio.models import Stage
from portfolio.models.stage import ACTIVE_STAGES
from readiness.models.checklist import Dimension, EvidenceKind, Fact, Level, Side

FOLDER = Path(__file__).parent
LONGEST = 3650  # days that evidence may count
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
    map it answers.
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


@dataclass(frozen=True)
class Template:
    slug: str
    version: int
    title: str
    summary: str
    source: str
    items: tuple[Item, ...]
    published: bool = True

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
    return [read(path) for path in sorted(folder.glob("*.toml"))]


def read(path: Path) -> Template:
    """One template; CatalogError when it is not complete."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        items = tuple(_item(entry) for entry in values.pop("items"))
        template = Template(items=items, **values)
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise CatalogError(f"{path.name} is not a checklist template: {error}.") from None
    if template.slug != path.stem:
        raise CatalogError(f"{path.name} says slug “{template.slug}”; name the file after it.")
    for problem in _problems(template):
        raise CatalogError(f"{path.name}: {problem}")
    return template


def _item(entry: dict[str, Any]) -> Item:
    lists: dict[str, Any] = {n: tuple(entry.pop(n)) for n in ("when", "covers") if n in entry}
    return Item(**entry, **lists)


def _problems(template: Template) -> Iterable[str]:
    if not isinstance(template.version, int) or template.version < 1:
        yield "version is a whole number from 1."
    if not template.items:
        yield "there are no items."
    codes = [item.code for item in template.items]
    for code in {code for code in codes if codes.count(code) > 1}:
        yield f"two items have the code “{code}”."
    for item in template.items:
        yield from _item_problems(item)


def _item_problems(item: Item) -> Iterable[str]:
    for name in ("code", "question", "evidence", "close"):
        if not getattr(item, name).strip():
            yield f"item “{item.code}” has no {name}."
    for name, known in CHOICES.items():
        if getattr(item, name) not in known:
            yield f"item “{item.code}”: {name} is one of {', '.join(known)}."
    for fact in item.when:
        if fact not in Fact.values:
            yield f"item “{item.code}”: when lists facts out of {', '.join(Fact.values)}."
    if item.valid_days is not None and not 1 <= item.valid_days <= LONGEST:
        yield f"item “{item.code}”: valid_days is a whole number from 1 to {LONGEST}."
