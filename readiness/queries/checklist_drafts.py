"""A draft of a checklist as its page shows it, checked by what checks files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from readiness.catalog import CatalogError, Template, item_of, made_of, own, unknown_keys
from readiness.models import ChecklistDraft, ChecklistItem, ChecklistTemplate
from readiness.queries.catalog import grouped, in_words, known_keys, rows_of, template_of
from readiness.queries.checklist_diff import Diff, Words, diff


@dataclass(frozen=True)
class DraftPage:
    """`problems` keep it from being published; `base` is the version it follows, `diff` what it
    would change of that. `words` are the questions of other lists that it asks, by their keys."""

    draft: ChecklistDraft
    number: int
    items: tuple[ChecklistItem, ...]
    base: ChecklistTemplate | None
    diff: Diff | None
    problems: tuple[str, ...]
    words: Words

    @property
    def title(self) -> str:
        return str(self.draft.content.get("title") or "Untitled list")

    @property
    def groups(self) -> tuple[tuple[str, str, tuple[ChecklistItem, ...]], ...]:
        return grouped(self.items)


def number_of(slug: str) -> int:
    """The number of the next version."""
    rows = ChecklistTemplate.objects.filter(slug=slug)
    return int(rows.aggregate(last=Max("version"))["last"] or 0) + 1


def values_of(draft: ChecklistDraft, number: int) -> dict[str, Any]:
    """What a file of the draft would say."""
    content = draft.content
    head = {name: content.get(name, "") for name in ("title", "summary", "source")}
    items = content.get("items", [])
    return {"slug": draft.slug, "version": number, **head, "items": items}


def checked(values: Mapping[str, Any]) -> Template:
    """The template, when it may be published; CatalogError says every problem."""
    template = own(made_of(values, name="The list"), name="The list")
    strange = list(unknown_keys([template], known_keys(besides=template.slug)))
    if strange:
        raise CatalogError(*strange)
    return template


def draft_page(draft: ChecklistDraft) -> DraftPage:
    """The draft with what is wrong with it, and what it changes. Six queries at most."""
    number = number_of(draft.slug)
    problems: tuple[str, ...] = ()
    try:
        checked(values_of(draft, number))
    except CatalogError as error:
        problems = tuple(one.removeprefix("The list: ") for one in error.problems)
    items = items_of(draft)
    base = ChecklistTemplate.objects.filter(slug=draft.slug).order_by("-version").first()
    earlier = tuple(base.items.all()) if base else ()
    words = borrowed_words(draft.slug, (*items, *earlier))
    return DraftPage(
        draft=draft, number=number, items=items, base=base, words=words,
        diff=diff(earlier, items, words) if base else None,
        problems=tuple(_said(problem, words) for problem in problems),
    )  # fmt: skip


def borrowed_words(slug: str, items: Iterable[ChecklistItem]) -> Words:
    """The questions of other lists among these items, in words by their keys; one query, none
    when every question is the list's own."""
    keys = {item.key for item in items if not item.key.startswith(f"{slug}.")}
    return in_words(keys) if keys else {}


def _said(problem: str, words: Words) -> str:
    """Files name a question by its key; people read the question."""
    for key, question in words.items():
        problem = problem.replace(f"“{key}”", question)
    return problem


def items_of(draft: ChecklistDraft) -> tuple[ChecklistItem, ...]:
    """The items of a draft as rows that are not stored. Each was checked when it was written."""
    entries = draft.content.get("items", [])
    some = Template(draft.slug, 1, "", "", "", items=tuple(map(item_of, entries)))
    return tuple(rows_of(some))


def as_stored(template: ChecklistTemplate) -> Template:
    """A stored version as its file says it; one query."""
    return template_of(template, template.items.all())
