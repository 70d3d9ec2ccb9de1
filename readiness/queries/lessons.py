"""What ended pilots teach: a list that can be searched, and the lessons of a few pilots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Count, F, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Concat, ExtractYear, Lower
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from common import text
from common.keyset import Order, Page, filter_hash, paginate
from common.registry import Lesson
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries.pilots import UnitChoice, unit_choices
from readiness.models import Decision, Outcome, ReasonFamily
from readiness.terms import STOP_TEXTS, Stop, read

SIZE = 25
YEARS = 10  # that the chart shows at most
WORDS = 5  # of a search that are looked for
LATEST = Order(
    "on", F("decided_on"), "readiness_decision_latest", read=date.fromisoformat, down=True
)
FAMILIES = {str(code): str(label) for code, label in ReasonFamily.choices}


@dataclass(frozen=True)
class Wish:
    family: str = ""
    unit: int | None = None
    words: str = ""
    year: int | None = None

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Self:
        family = sent.get("family", "")
        return cls(
            family=family if family in FAMILIES else "",
            unit=text.whole(sent.get("unit", "")),
            words=text.clean(sent.get("q", ""))[:200],
            year=_year(sent.get("year", "")),
        )

    @property
    def query(self) -> dict[str, str]:
        said = {"family": self.family, "unit": self.unit, "q": self.words, "year": self.year}
        return {name: str(value) for name, value in said.items() if value}

    def address(self, **more: str) -> str:
        return urlencode({name: one for name, one in (self.query | more).items() if one})


def _year(typed: str) -> int | None:
    year = text.whole(typed)
    return year if year and date.min.year <= year <= date.max.year else None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pilot ended and what is left of it."""

    decision: int
    ref: str
    name: str
    unit: str
    end: str
    on: date
    stop: Stop


@dataclass(frozen=True)
class Lessons:
    """`families` counts the endings that the person may see, whatever the filter."""

    wish: Wish
    page: Page[Ending]
    families: tuple[tuple[str, str, int], ...]
    units: tuple[UnitChoice, ...]

    @property
    def total(self) -> int:
        return sum(count for _, _, count in self.families)


FAMILY = KeyTextTransform("family", KeyTextTransform("stop", "terms"))


def _endings(user: User) -> "QuerySet[Decision]":
    """Stops of pilots that have ended and that the person may see."""
    pilots = Pilot.objects.visible_to(user).filter(stage__in=ENDED_STAGES)
    return Decision.objects.filter(outcome=Outcome.STOP, pilot__in=pilots, terms__has_key="stop")


def lessons(user: User, wish: Wish, *, cursor: str = "") -> Lessons:
    """Three statements."""
    rows = _endings(user)
    grouped = rows.order_by().annotate(family=FAMILY).values("family").annotate(n=Count("pk"))
    counted = {row["family"]: row["n"] for row in grouped}
    if wish.family:
        rows = rows.filter(terms__stop__family=wish.family)
    if wish.unit is not None:
        rows = rows.filter(pilot__in=Pilot.objects.visible_to(user).within(wish.unit))
    if wish.year is not None:
        rows = rows.filter(decided_on__year=wish.year)
    rows = _searched(rows, wish.words)
    shown = rows.annotate(
        name=F("pilot__name"), unit=F("pilot__unit__path"), end=F("pilot__stage")
    ).values("id", "pilot_id", "name", "unit", "end", "decided_on", "terms")  # fmt: skip
    found = paginate(shown, LATEST, cursor=cursor, filters=filter_hash(wish.query), size=SIZE)
    return Lessons(
        wish=wish, page=found.with_rows([_ending(row) for row in found.rows]),
        families=tuple((code, label, counted.get(code, 0)) for code, label in FAMILIES.items()),
        units=tuple(unit_choices(wish.unit)),
    )  # fmt: skip


def _searched(rows: "QuerySet[Decision]", words: str) -> "QuerySet[Decision]":
    """Every word stands in the pilot's name, the reason or what was said about the end."""
    if not words:
        return rows
    stop = KeyTextTransform("stop", "terms")
    told = [KeyTextTransform(name, stop) for name in STOP_TEXTS]
    rows = rows.annotate(said=Lower(Concat(*told, output_field=TextField())))
    for word in words.lower().split()[:WORDS]:
        rows = rows.filter(
            Q(said__contains=word) | Q(pilot__name__icontains=word) | Q(reason__icontains=word)
        )
    return rows


def _ending(row: Mapping[str, Any]) -> Ending:
    stop = read(row["terms"]).stop
    assert stop is not None  # The query asks for those that have one.
    return Ending(
        decision=row["id"], ref=f"{Pilot.REF_PREFIX}{row['pilot_id']}", name=row["name"],
        unit=row["unit"], end=str(Stage(row["end"]).label), on=row["decided_on"], stop=stop,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Year:
    """How many pilots ended in a calendar year, by the family of reasons."""

    year: int
    counts: Mapping[str, int]


def by_year(user: User, as_of: date) -> tuple[Year, ...]:
    """The years from the first end that the person may see to this one, also those without."""
    rows = _endings(user).order_by().annotate(family=FAMILY, year=ExtractYear("decided_on"))
    found: dict[int, dict[str, int]] = {}
    for row in rows.values("year", "family").annotate(n=Count("pk")):
        found.setdefault(row["year"], {})[row["family"]] = row["n"]
    if not found:
        return ()
    last = max(as_of.year, *found)
    first = max(min(found), last - YEARS + 1)
    return tuple(Year(year, found.get(year, {})) for year in range(first, last + 1))


def of_pilots(user: User, pilots: Sequence[int]) -> dict[int, Lesson]:
    """The lesson of each of these pilots that has ended with one, as far as the person may see
    them; one query."""
    rows = _endings(user).filter(pilot__in=pilots).order_by("decided_on", "pk")
    found = {}
    for number, pilot, terms, on in rows.values_list("pk", "pilot_id", "terms", "decided_on"):
        stop = read(terms).stop
        if stop:
            found[pilot] = Lesson(
                on=on, why="; ".join(stop.reasons), words=stop.lessons, reuse=stop.reuse,
                url=reverse("decision", args=[number]),
            )  # fmt: skip
    return found
