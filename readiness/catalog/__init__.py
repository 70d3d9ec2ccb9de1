"""Checklist templates as files: one TOML file per template, read, checked and written here.

Pure: nothing here asks the database. `readiness.actions.catalog` stores what this reads.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from readiness.catalog.checks import problems, shape, unknown_keys
from readiness.catalog.template import OWN, CatalogError, Item, Template, told
from readiness.catalog.writing import written
from readiness.models.checklist import Answered

__all__ = [
    "OWN",
    "CatalogError",
    "Item",
    "Template",
    "item_of",
    "made_of",
    "own",
    "parse",
    "read",
    "read_all",
    "read_own",
    "told",
    "unknown_keys",
    "values_of",
    "written",
]
FOLDER = Path(__file__).parent
LARGEST = 300_000  # characters of a file


def read_all(folder: Path = FOLDER) -> list[Template]:
    """Every template of the folder, in the order of its file names."""
    templates = [read(path) for path in sorted(folder.glob("*.toml"))]
    for problem in unknown_keys(templates):
        raise CatalogError(problem)
    return templates


def read_own(folder: Path, known: Mapping[str, str]) -> tuple[list[Template], list[str]]:
    """The company's files of a folder, and a sentence for each that cannot be used.

    One wrong file keeps no other one out. `known` are the questions of all other lists.
    """
    if not folder.is_dir():
        return [], [f"There is no folder {folder} to read checklists from."]
    good: list[Template] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            good.append(own(read(path), name=path.name))
        except CatalogError as error:
            wrong += error.problems
        except (OSError, UnicodeDecodeError) as error:
            wrong.append(f"{path.name} cannot be read: {error}.")
    while strange := list(unknown_keys(good, known)):  # Without one, another may lose its question.
        wrong += strange
        named = {sentence.partition(":")[0] for sentence in strange}
        good = [template for template in good if template.slug not in named]
    return good, wrong


def own(template: Template, *, name: str) -> Template:
    """The template, when a company may have it; CatalogError says why not."""
    if not template.slug.startswith(OWN):
        raise CatalogError(
            f"{name}: the slug of a list of your own begins with “{OWN}”, so that no list shipped "
            "later can have it."
        )
    if template.answered != Answered.PEOPLE:
        raise CatalogError(f"{name}: a list of your own is answered by people.")
    return template


def read(path: Path) -> Template:
    """One template; CatalogError when it is not complete."""
    template = parse(path.read_text(encoding="utf-8"), name=path.name)
    if template.slug != path.stem:
        raise CatalogError(f"{path.name} says slug “{template.slug}”; name the file after it.")
    return template


def parse(text: str, *, name: str) -> Template:
    """One template from the text of a file; `name` is what messages call it."""
    return made_of(values_of(text, name=name), name=name)


def values_of(text: str, *, name: str) -> dict[str, Any]:
    """What the text of a file says; CatalogError when it is not TOML."""
    if len(text) > LARGEST:
        raise CatalogError(f"{name} has {len(text):,} characters; {LARGEST:,} are the most.")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also a number of 10,000 digits.
        raise CatalogError(f"{name} is not a checklist template: {str(error)[:200]}.") from None


def made_of(values: Mapping[str, Any], *, name: str) -> Template:
    """One template from what a file says, as a dictionary; CatalogError names what is wrong."""
    if found := list(shape(values)):
        raise CatalogError(*(f"{name} is not a checklist template: {one}" for one in found))
    rest = {key: value for key, value in values.items() if key != "items"}
    template = Template(items=tuple(map(item_of, values["items"])), **rest)
    if found := list(problems(template)):
        raise CatalogError(*(f"{name}: {one}" for one in found))
    return template


def item_of(entry: Mapping[str, Any]) -> Item:
    """One item from what a file says; its shape was checked."""
    lists = {
        name: tuple(entry[name]) for name in ("when", "covers", "rungs") if name in entry
    }  # fmt: skip
    return Item(**{**entry, **lists})
