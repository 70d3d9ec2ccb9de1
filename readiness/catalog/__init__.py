"""Checklist templates as files: one TOML file per template, read and checked here.

Pure: nothing here asks the database. `readiness.actions.catalog` stores what this reads.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from readiness.models.checklist import Dimension, Level, Side

FOLDER = Path(__file__).parent


class CatalogError(ValueError):
    """A template file that cannot be used; the message names the file and the cure."""


@dataclass(frozen=True)
class Item:
    """One question; `evidence` is what a good answer shows, `close` the way there."""

    code: str
    question: str
    evidence: str
    close: str
    dimension: str
    level: str
    side: str
    must_have: bool = True


@dataclass(frozen=True)
class Template:
    slug: str
    version: int
    title: str
    summary: str
    source: str
    items: tuple[Item, ...]

    @property
    def checksum(self) -> str:
        """The same for the same content, whatever the file's layout and comments."""
        content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def read_all(folder: Path = FOLDER) -> list[Template]:
    """Every template of the folder, in the order of its file names."""
    return [read(path) for path in sorted(folder.glob("*.toml"))]


def read(path: Path) -> Template:
    """One template; CatalogError when it is not complete."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        items = tuple(Item(**entry) for entry in values.pop("items"))
        template = Template(items=items, **values)
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise CatalogError(f"{path.name} is not a checklist template: {error}.") from None
    if template.slug != path.stem:
        raise CatalogError(f"{path.name} says slug “{template.slug}”; name the file after it.")
    for problem in _problems(template):
        raise CatalogError(f"{path.name}: {problem}")
    return template


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
    for name, known in (("dimension", Dimension), ("level", Level), ("side", Side)):
        if getattr(item, name) not in known.values:
            yield f"item “{item.code}”: {name} is one of {', '.join(known.values)}."
