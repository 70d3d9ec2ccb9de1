"""Checklists and their versions, for the screens that show and write them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from common import clock
from readiness.catalog import Item, Template
from readiness.models import (
    Answered,
    Assessment,
    ChecklistDraft,
    ChecklistItem,
    ChecklistTemplate,
    Dimension,
    Level,
    Origin,
)

COPIED = (
    "code", "question", "evidence", "close", "dimension", "level", "side", "must_have", "stage",
    "kind", "valid_days", "factor", "least", "most", "unit",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A checklist with the version that is asked, else the newest one, and the one that waits.

    `scored` pilots have a score on it, among those the person can see.
    """

    version: ChecklistTemplate
    waiting: ChecklistTemplate | None
    draft: ChecklistDraft | None
    scored: int

    @property
    def word(self) -> str:
        return state_of(self.version)


@dataclass(frozen=True)
class Version:
    """One version with its items by dimension and level, in their order."""

    template: ChecklistTemplate
    items: tuple[ChecklistItem, ...]
    groups: tuple[tuple[str, str, tuple[ChecklistItem, ...]], ...]
    others: Mapping[str, str]
    versions: tuple[ChecklistTemplate, ...]
    draft: ChecklistDraft | None

    @property
    def word(self) -> str:
        return state_of(self.template)

    @property
    def current(self) -> ChecklistTemplate | None:
        return next((one for one in self.versions if one.current), None)

    @property
    def waiting(self) -> ChecklistTemplate | None:
        return next((one for one in self.versions if waits(one)), None)

    @property
    def newest(self) -> bool:
        return self.template == self.versions[0]

    @property
    def may_come_back(self) -> bool:
        """The list is retired, and this is the version that was asked last."""
        shown = _shown(self.versions)
        gone = shown.retired_on is not None and shown.effective_on is not None
        return gone and not self.waiting and self.template == shown

    @property
    def own(self) -> bool:
        return self.template.origin != Origin.SHIPPED


def waits(template: ChecklistTemplate) -> bool:
    """It has a day from which it will be asked."""
    return bool(
        not template.current and template.effective_on is not None and template.retired_on is None
    )


def state_of(template: ChecklistTemplate) -> str:
    """Where a version stands, in a word or two."""
    if template.current:
        return "Asked now"
    if waits(template):
        return "Waits for its day"
    if template.retired_on is None:
        return "Earlier version"
    return "Not asked any more" if template.effective_on else "Never asked"


def asked_since(template: ChecklistTemplate) -> date | None:
    """The day from which it was asked; None when it never was."""
    if template.effective_on is None and not template.current:
        return None
    return template.effective_on or clock.local(template.loaded_at).date()


def template_of(row: ChecklistTemplate, items: Iterable[ChecklistItem]) -> Template:
    """A stored version as its file would say it."""
    return Template(
        slug=row.slug, version=row.version, title=row.title, summary=row.summary,
        source=row.source, answered=row.answered,
        items=tuple(_item_of(row.slug, item) for item in items),
    )  # fmt: skip


def _item_of(slug: str, item: ChecklistItem) -> Item:
    lists: dict[str, Any] = {
        name: tuple(getattr(item, name)) for name in ("when", "covers", "rungs")
    }
    own = item.key == f"{slug}.{item.code}"
    copied = {name: getattr(item, name) for name in COPIED}
    return Item(**copied, **lists, same_as="" if own else item.key)


def rows_of(template: Template) -> list[ChecklistItem]:
    """The items of a template as rows that are not stored, in their order."""
    rows = []
    for position, item in enumerate(template.items, start=1):
        values = {name: getattr(item, name) for name in COPIED}
        lists = {name: list(getattr(item, name)) for name in ("when", "covers", "rungs")}
        key = item.key_in(template.slug)
        rows.append(ChecklistItem(position=position, key=key, **values, **lists))
    return rows


def known_keys(*, besides: str = "") -> dict[str, str]:
    """Every question but those of one list: key -> the kind of its evidence."""
    rows = ChecklistItem.objects.exclude(template__slug=besides)
    return dict(rows.order_by("template__version").values_list("key", "kind"))


def listed(visible: Any) -> list[Listed]:
    """Every list, and drafts of lists that have no version yet. Three queries.

    `visible` are the pilots that the person can see.
    """
    drafts = {draft.slug: draft for draft in ChecklistDraft.objects.select_related("author")}
    rows = Assessment.objects.filter(pilot__in=visible.order_by().values("pk"))
    scored = dict(rows.order_by().values_list("checklist").annotate(n=Count("pk")))
    by_slug: dict[str, list[ChecklistTemplate]] = {}
    for row in ChecklistTemplate.objects.order_by("slug", "-version"):
        by_slug.setdefault(row.slug, []).append(row)
    found = [
        Listed(
            version=_shown(versions),
            waiting=next((one for one in versions if waits(one)), None),
            draft=drafts.get(slug),
            scored=scored.get(slug, 0),
        )
        for slug, versions in by_slug.items()
    ]
    return sorted(found, key=lambda one: (one.version.origin != Origin.SHIPPED, _order(one)))


def _order(one: Listed) -> tuple[bool, str, str]:
    return one.version.slug != "production", one.version.answered, one.version.title


def new_drafts() -> list[ChecklistDraft]:
    """Drafts of lists that have no version yet."""
    known = ChecklistTemplate.objects.values("slug")
    return list(ChecklistDraft.objects.exclude(slug__in=known).order_by("slug"))


def _shown(versions: Sequence[ChecklistTemplate]) -> ChecklistTemplate:
    """The version that is asked; else the last that was, else the newest."""
    asked = [one for one in versions if one.current] or [
        one for one in versions if one.effective_on
    ]
    return (asked or list(versions))[0]


def version_page(slug: str, number: int | None) -> Version | None:
    """A version of a list, the one that is asked unless `number` names another. Four queries."""
    rows = ChecklistTemplate.objects.select_related("published_by")
    versions = tuple(rows.filter(slug=slug).order_by("-version"))
    if not versions:
        return None
    wanted = [one for one in versions if one.version == number]
    if number is not None and not wanted:
        return None
    template = wanted[0] if wanted else _shown(versions)
    items = tuple(template.items.all())
    return Version(
        template=template, items=items, groups=grouped(items), others=_others(template, items),
        versions=versions, draft=ChecklistDraft.objects.filter(slug=slug).first(),
    )  # fmt: skip


def versions(slug: str) -> list[ChecklistTemplate]:
    """Every version of a list, the newest first."""
    return list(ChecklistTemplate.objects.filter(slug=slug).order_by("-version"))


def copied_from() -> list[ChecklistTemplate]:
    """The lists that a new one may begin with: those that people answer."""
    rows = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    return list(rows.order_by("title"))


def grouped(
    items: Sequence[ChecklistItem],
) -> tuple[tuple[str, str, tuple[ChecklistItem, ...]], ...]:
    """Items by dimension and level: (dimension, level, items)."""
    found = []
    for dimension in Dimension:
        for level in Level:
            some = tuple(i for i in items if (i.dimension, i.level) == (dimension, level))
            if some:
                found.append((str(dimension.label), str(level.label), some))
    return tuple(found)


def _others(template: ChecklistTemplate, items: Sequence[ChecklistItem]) -> dict[str, str]:
    """By key, the titles of the other lists that ask it now."""
    rows = ChecklistItem.objects.filter(
        key__in=[item.key for item in items], template__current=True
    ).exclude(template__slug=template.slug)
    told: dict[str, str] = {}
    for key, title in rows.order_by("template__title").values_list("key", "template__title"):
        told[key] = f"{told[key]}, {title}" if key in told else title
    return told


def in_words(keys: Iterable[str]) -> dict[str, str]:
    """By key, its question as the list says it whose own question it is, with that list's title:
    “May we use it?” of Governance. A key that no list has is missing. One query."""
    found: dict[str, str] = {}
    rows = ChecklistItem.objects.filter(key__in=list(keys)).order_by("template__version")
    for row in rows.select_related("template"):
        if row.key == f"{row.template.slug}.{row.code}":
            found[row.key] = f"“{row.question}” of {row.template.title}"
    return found


@dataclass(frozen=True)
class Question:
    """A question another list may be the same as."""

    key: str
    kind: str
    question: str
    checklist: str


def questions(*, besides: str) -> list[Question]:
    """Questions that people answer with evidence, but those of one list; the list that named
    the question first comes first."""
    rows = ChecklistItem.objects.filter(
        template__current=True, template__answered=Answered.PEOPLE
    ).exclude(template__slug=besides)
    found: dict[str, Question] = {}
    for item in rows.select_related("template").order_by("template__slug", "position"):
        own = item.key == f"{item.template.slug}.{item.code}"
        if own or item.key not in found:
            found[item.key] = Question(item.key, item.kind, item.question, item.template.title)
    return list(found.values())


ANSWERED_BY: dict[str, str] = {
    Answered.PEOPLE: "People, with evidence",
    Answered.RECORD: "The pilot's record",
    Answered.TEAM: "The team, in a self-check",
}
