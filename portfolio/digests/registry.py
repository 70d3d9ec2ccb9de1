"""Sections of the digest: drop-ins that say something about each person of a batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from common.registry import Registry
from portfolio.digests.content import Line

if TYPE_CHECKING:
    from portfolio.queries.digests import Batch


@dataclass(frozen=True)
class Found:
    """What a section has for one person: its worst lines, and what they are of in all.

    `burn` is the known monthly cost of all `total` pilots, `unknown_burn` those without one.
    No pilot stands in two sections of one person.
    """

    lines: tuple[Line, ...]
    total: int
    burn: Decimal
    unknown_burn: int


# Person id -> what to say; people with nothing are left out. Set-based: no query per person.
Say = Callable[["Batch"], Mapping[int, Found]]


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    order: int
    more_query: str
    say: Say


sections: Registry[Section] = Registry("digest section")


def digest_section(
    code: str, *, title: str, order: int, more_query: str = ""
) -> Callable[[Say], Say]:
    """Register a section; `more_query` is the list filter behind "and 12 more"."""

    def register(say: Say) -> Say:
        sections.register(code, Section(code, title, order, more_query, say))
        return say

    return register


def in_order() -> list[Section]:
    return sorted(sections.values(), key=lambda s: (s.order, s.code))
