"""Checklists in words, for templates."""

from collections.abc import Iterable, Mapping
from datetime import date

from django import template

from portfolio.models import Stage
from readiness.evidence import bar_of
from readiness.models import ChecklistItem, ChecklistTemplate
from readiness.queries import catalog
from readiness.queries.checklist_diff import facts

register = template.Library()


@register.filter
def answered_by(code: str) -> str:
    return catalog.ANSWERED_BY[code]


@register.filter
def asked_since(version: ChecklistTemplate) -> date | None:
    return catalog.asked_since(version)


@register.filter
def version_state(version: ChecklistTemplate) -> str:
    return catalog.state_of(version)


@register.filter
def stage_word(item: ChecklistItem) -> str:
    return str(Stage(item.stage).label)


@register.filter
def fact_words(codes: Iterable[str]) -> str:
    return facts(codes)


@register.filter
def bar_words(item: ChecklistItem) -> str:
    """ "at least 80 %": what its number has to reach."""
    return bar_of(item).words


@register.filter
def borrowed(item: ChecklistItem, slug: str) -> bool:
    """The item is answered by the key of another list."""
    return not item.key.startswith(f"{slug}.")


@register.filter
def same_as(item: ChecklistItem, words: Mapping[str, str]) -> str:
    """{{ item|same_as:words }} - which question of another list it is; its words only where they
    differ."""
    found = words.get(item.key, "a question of another list")
    own = f"“{item.question}” of "
    if found.startswith(own):
        return f"also asked in {found.removeprefix(own)}"
    return f"the same as {found}"


@register.filter
def at(found: Mapping[str, str], key: str) -> str:
    return found.get(key, "")
