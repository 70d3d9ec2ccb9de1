"""Pilots against the parts of a checklist: dimensions, levels or single questions.

Everything is counted from the same rows, so that a number has as many rows behind it as it says.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from accounts.models import Unit, User
from portfolio.models import Stage
from readiness.access import get_template
from readiness.facts import COLUMNS
from readiness.models import ChecklistTemplate
from readiness.queries.heat_choice import (
    AT_RISK,
    MOST,
    NAME,
    RULING,
    SIZE,
    SORTS,
    WORST,
    Chosen,
    Column,
    columns_of,
    in_stages,
    laid_out,
)
from readiness.queries.heat_lines import Line, lines_of
from readiness.scoring import LIKELY_TO_FAIL, Share


class Told(NamedTuple):
    """A column in one line: how many of the pilots it applies to are not complete."""

    column: Column
    open: int
    pilots: int
    share: Share
    url: str


class UnitLine(NamedTuple):
    name: str
    url: str
    pilots: int
    shares: tuple[tuple[Share, str], ...]


@dataclass(frozen=True)
class HeatMap:
    """`pilots` are those of the choice, `shown` those that are left by what is to be open;
    `lines` is one page of them. `too_many`: nothing is compared.
    `narrow`: not every question of the list is a column."""

    chosen: Chosen
    template: ChecklistTemplate
    columns: tuple[Column, ...]
    pilots: int
    shown: int
    at_risk: int
    unanswered: int
    told: tuple[Told, ...]
    units: tuple[UnitLine, ...]
    lines: tuple[Line, ...]
    names: Mapping[int, str]
    page: int
    pages: int
    too_many: bool = False
    narrow: bool = False

    @property
    def filters(self) -> str:
        return self.chosen.query()

    @property
    def order(self) -> str:
        return SORTS[self.chosen.sort]

    @property
    def narrowed(self) -> str:
        """In words, what the pilots have open that are shown; "" when all are."""
        if self.chosen.open == AT_RISK:
            return "three or more questions open"
        return next((f"open: {c.title}" for c in self.columns if c.code == self.chosen.open), "")

    @property
    def trend_query(self) -> str:
        chosen = self.chosen
        return Chosen(chosen.checklist, unit=chosen.unit, stage=chosen.stage).query()

    @property
    def risk_query(self) -> str:
        return self.chosen.query(open=AT_RISK)

    @property
    def everybody_query(self) -> str:
        return self.chosen.query(open="")

    @property
    def previous_query(self) -> str:
        return self.chosen.query(page=self.page - 1)

    @property
    def next_query(self) -> str:
        return self.chosen.query(page=self.page + 1)

    @property
    def first(self) -> int:
        return (self.page - 1) * SIZE + 1

    @property
    def last(self) -> int:
        return min(self.page * SIZE, self.shown)


def heat_map(
    user: User, chosen: Chosen, as_of: date, *, page: int = 1, size: int = SIZE
) -> HeatMap:
    """Five statements at any number of pilots (one more for single questions, and one while
    evidence has run out that the sweep has not counted yet). Http404: there is no such list."""
    template = get_template(chosen.checklist)
    items = list(template.items.all())
    chosen = laid_out(chosen, items)
    columns = columns_of(chosen, items)
    pilots = in_stages(user, chosen.stage, chosen.unit)
    rows = list(pilots.values_list("pk", "name", "unit_id", "stage", "restricted", *COLUMNS)
                [: MOST + 1])  # fmt: skip
    if len(rows) > MOST:
        number = pilots.count()
        return HeatMap(chosen, template, columns, number, 0, 0, 0, (), (), (), {}, 1, 1, True)
    lines, answered = lines_of(rows, pilots, chosen, template, items, columns, as_of)
    keep = _kept(chosen, columns)
    shown = sorted(filter(keep, lines), key=_ORDERS[chosen.sort])
    pages = max(1, -(-len(shown) // size))
    page = min(max(1, page), pages)
    units = {unit.pk: unit for unit in Unit.objects.only("pk", "name", "path", "lineage")}
    return HeatMap(
        chosen=chosen, template=template, columns=columns, pilots=len(lines), shown=len(shown),
        at_risk=sum(_risky(line) for line in lines), unanswered=len(lines) - answered,
        told=tuple(_told(chosen, columns, lines)),
        units=tuple(_by_unit(chosen, columns, lines, units)),
        lines=tuple(shown[(page - 1) * size : page * size]),
        names={pk: unit.path for pk, unit in units.items()}, page=page, pages=pages,
        narrow=len(columns) < len(items),
    )  # fmt: skip


def _ratio(met: int, total: int) -> float:
    return met / total if total else 1.0


_ORDERS: Mapping[str, Callable[[Line], tuple[object, ...]]] = {
    WORST: lambda line: (_ratio(line.met, line.total), -line.total, line.pk),
    RULING: lambda line: (line.ruling.ratio, -line.ruling.open, line.pk),
    NAME: lambda line: (line.name.casefold(), line.pk),
}


def _risky(line: Line) -> bool:
    return line.total - line.met >= LIKELY_TO_FAIL


def _kept(chosen: Chosen, columns: Sequence[Column]) -> Callable[[Line], bool]:
    """Which pilots are left by what is to be open; all when that is no column."""
    if chosen.open == AT_RISK:
        return _risky
    places = [n for n, column in enumerate(columns) if column.code == chosen.open]
    if not places:
        return lambda line: True
    place = places[0]
    return lambda line: line.cells[place][0] < line.cells[place][1]


def _told(chosen: Chosen, columns: Sequence[Column], lines: Sequence[Line]) -> Iterable[Told]:
    for place, column in enumerate(columns):
        cells = [line.cells[place] for line in lines]
        yield Told(
            column,
            open=sum(met < total for met, total in cells),
            pilots=sum(total > 0 for _, total in cells),
            share=Share(sum(met for met, _ in cells), sum(total for _, total in cells)),
            url=chosen.query(open=column.code),
        )


def _by_unit(
    chosen: Chosen, columns: Sequence[Column], lines: Sequence[Line], units: Mapping[int, Unit]
) -> Iterable[UnitLine]:
    """The units right below the chosen one, or the topmost; each with all that is below it."""
    chief = units.get(chosen.unit or 0)
    top = chief.lineage if chief else "/"
    sums: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    pilots: Counter[int] = Counter()
    for line in lines:
        below = units[line.unit].lineage.removeprefix(top).split("/")[0]
        unit = int(below) if below else line.unit
        pilots[unit] += 1
        for place, (met, total) in enumerate(line.cells):
            sums[unit][place, 0] += met
            sums[unit][place, 1] += total
    for pk in sorted(pilots, key=lambda pk: units[pk].path.casefold()):
        shares = tuple(
            (Share(sums[pk][n, 0], sums[pk][n, 1]),
             chosen.query(unit=pk, open=column.code) if sums[pk][n, 0] < sums[pk][n, 1] else "")
            for n, column in enumerate(columns)
        )  # fmt: skip
        yield UnitLine(units[pk].name, chosen.query(unit=pk, open=""), pilots[pk], shares)


def address(checklist: str) -> str:
    """The address of a pilot's list, with "PIL-0" for its reference: made once for many rows."""
    return reverse("pilot-checklist", args=["PIL-0", checklist])


def sheet(found: HeatMap) -> tuple[list[str], Iterable[dict[str, object]]]:
    """The heat map as columns and rows of a file: each part as what is met, of how many."""
    heads = [
        "ref",
        "name",
        "unit",
        "stage",
        "met",
        "of",
        "lower side met",
        "of lower side",
        "level",
    ]
    parts = [(column.title, f"{column.title}, of") for column in found.columns]
    heads += [head for pair in parts for head in pair]

    def row(line: Line) -> dict[str, object]:
        fixed = (
            line.ref, line.name, found.names[line.unit], Stage(line.stage).label, line.met,
            line.total, line.ruling.met, line.ruling.total, line.level,
        )  # fmt: skip
        return dict(zip(heads, [*fixed, *(n for cell in line.cells for n in cell)], strict=True))

    return heads, map(row, found.lines)
