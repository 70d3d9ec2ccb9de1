"""The links of a pilot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from portfolio.models import Link, LinkKind
from portfolio.queries.kept import Row, day, label, rows_of


@dataclass(frozen=True, slots=True)
class LinkLine:
    """`host` says where the link leads, whatever its title says."""

    id: int
    kind: str
    name: str
    url: str
    host: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Links:
    now: tuple[LinkLine, ...]
    former: tuple[LinkLine, ...]

    @property
    def filled(self) -> bool:
        return bool(self.now or self.former)


def rows() -> ArraySubquery:
    """All links of the pilot of the outer query, present ones first."""
    mine = Link.objects.filter(pilot=OuterRef("pk"))
    return rows_of(
        mine.order_by(F("until").desc(nulls_first=True), "pk"), "id", "kind", "name", "url", "until"
    )


def read(found: Sequence[Row]) -> Links:
    lines = [
        LinkLine(
            row["id"], label(LinkKind, row["kind"]), row["name"], row["url"],
            urlsplit(row["url"]).hostname or "", day(row["until"]),
        )
        for row in found
    ]  # fmt: skip
    return Links(
        now=tuple(line for line in lines if line.until is None),
        former=tuple(line for line in lines if line.until is not None),
    )
