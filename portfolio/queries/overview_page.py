"""What the Overview says with its numbers: the sentence, the tiles, the shares, the reach rate."""

from dataclasses import dataclass
from typing import Any

from common import company
from common.company import BAND, SOURCE, Company
from portfolio.models import ACTIVE_STAGES, Stage
from portfolio.queries.figures import UNKNOWN, Counts, UnitCounts
from portfolio.queries.overview import Numbers, rows

UNITS = 10  # units that are listed; the others are summed
BAR = 400  # width of the reach bar's drawing


@dataclass(frozen=True)
class Tile:
    """A number, what it counts, the address of its rows, and what it is a part of."""

    number: int
    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class UnitShare:
    """Active pilots of a unit; the urls open the rows behind each number."""

    name: str
    active: int
    stalled: int
    no_owner: int
    url: str
    stalled_url: str
    no_owner_url: str


@dataclass(frozen=True)
class Reach:
    """Shipped of all that ended. `percent` is None while nothing ended."""

    shipped: int
    lost: int
    underway: int
    percent: int | None
    low: int = BAND[0]
    high: int = BAND[1]
    source: str = SOURCE
    shipped_url: str = ""
    lost_url: str = ""
    underway_url: str = ""

    @property
    def at(self) -> float:
        return round((self.percent or 0) * BAR / 100, 1)

    @property
    def band(self) -> tuple[float, float]:
        return self.low * BAR / 100, (self.high - self.low) * BAR / 100

    @property
    def verdict(self) -> str:
        if self.percent is None:
            return "Nothing has shipped or been stopped yet."
        if self.percent < self.low:
            return "Below the benchmark."
        return "Above the benchmark." if self.percent > self.high else "Within the benchmark."


@dataclass(frozen=True)
class Page:
    """Everything the template needs; it runs no query."""

    numbers: Numbers
    all: int
    active: int
    stale: int
    ownerless: int
    unknown_age: int
    undecided: int
    held: int
    urls: dict[str, str]
    tiles: tuple[Tile, ...]
    units: tuple[UnitShare, ...]
    other_units: int
    reach: Reach


def build(numbers: Numbers, settled: Company | None = None) -> Page:
    """The page of these numbers; no query."""
    settled = settled or company.current()
    groups = numbers.groups
    every, active = numbers.total(), numbers.total(ACTIVE_STAGES)
    unknown = sum(
        c.pilots for (stage, age), c in groups.items() if age == UNKNOWN and stage in ACTIVE_STAGES
    )
    units = numbers.units
    return Page(
        numbers=numbers,
        all=every.pilots,
        active=active.pilots,
        stale=every.stale_poc,
        ownerless=every.no_owner,
        unknown_age=unknown,
        undecided=every.undecided,
        held=every.held,
        urls=_urls(),
        tiles=_tiles(numbers, every, active, settled.currency),
        units=tuple(_unit(unit) for unit in units[:UNITS]),
        other_units=len(units[UNITS:]),
        reach=_reach(every, settled),
    )


def _urls() -> dict[str, str]:
    return {
        "all": rows(),
        "active": rows(state="active"),
        "stale": rows(flag="STALE_POC"),
        "ownerless": rows(flag="NO_OWNER"),
        "stalled": rows(state="stalled"),
        "undecided": rows(state="underway", decide="none"),
        "held": rows(state="hold"),
        "unknown_age": rows(state="active", entered="unknown"),
        "shipped": rows(state="shipped"),
        "stopped": rows(stage=Stage.STOPPED),
    }


def _tiles(numbers: Numbers, every: Counts, active: Counts, currency: str) -> tuple[Tile, ...]:
    in_poc = numbers.by_stage[Stage.POC].pilots
    return (
        Tile(active.pilots, "Active", rows(state="active"), f"of {every.pilots:,}"),
        Tile(every.stalled, "Stalled", rows(state="stalled"), _cost(every, currency)),
        Tile(
            every.stale_poc, "PoC past a quarter", rows(flag="STALE_POC"),
            _of(every.stale_poc, every.new_stale_poc, in_poc, "in PoC"),
        ),
        Tile(
            every.no_owner, "No owner", rows(flag="NO_OWNER"),
            _of(every.no_owner, every.new_no_owner, active.pilots, "active"),
        ),
        Tile(
            every.no_update, "No update", rows(flag="NO_UPDATE"),
            _of(every.no_update, every.new_no_update, active.pilots, "active"),
        ),
        Tile(
            every.no_metric, "No metric", rows(flag="NO_METRIC"),
            _of(every.no_metric, every.new_no_metric, _from_poc(numbers), "from PoC on"),
        ),
    )  # fmt: skip


def _from_poc(numbers: Numbers) -> int:
    stages = [stage for stage in ACTIVE_STAGES if stage != Stage.IDEA]
    return numbers.total(stages).pilots


def _of(part: int, new: int, whole: int, what: str) -> str:
    """ "of 31 in PoC, 4 new this week"; new is said only when some are not."""
    said = f"of {whole:,} {what}"
    return f"{said}, {new:,} new this week" if 0 < new < part else said


def _cost(every: Counts, currency: str) -> str:
    """What the stalled pilots cost, with what is not known about it."""
    known = every.stalled - every.burn_unknown
    if not every.stalled:
        return "nothing stands still"
    if not known:
        return "cost unknown"
    money = f"{every.burn:,} {currency} a month".replace("  ", " ")
    return f"{money}, unknown for {every.burn_unknown:,}" if every.burn_unknown else money


def _unit(unit: UnitCounts) -> UnitShare:
    return UnitShare(
        name=unit.root_name,
        active=unit.active,
        stalled=unit.stalled,
        no_owner=unit.no_owner,
        url=rows(unit=unit.root, state="active"),
        stalled_url=rows(unit=unit.root, state="stalled"),
        no_owner_url=rows(unit=unit.root, state="active", flag="NO_OWNER"),
    )


def _reach(every: Counts, settled: Company) -> Reach:
    lost = every.lost
    ended = every.shipped + lost
    return Reach(
        shipped=every.shipped,
        lost=lost,
        underway=every.underway,
        percent=round(100 * every.shipped / ended) if ended else None,
        low=settled.band_low,
        high=settled.band_high,
        source=settled.band_source,
        shipped_url=rows(state="shipped"),
        lost_url=rows(state="lost"),
        underway_url=rows(state="underway"),
    )


def share_rows(numbers: Numbers) -> list[tuple[str, int, int, str, dict[str, Any]]]:
    """What is missing: label, how many, of how many, of what, and the filter of its rows."""
    every, active = numbers.total(), numbers.total(ACTIVE_STAGES)
    in_poc = numbers.by_stage[Stage.POC].pilots
    return [
        ("Stalled", every.stalled, active.pilots, "active", {"state": "stalled"}),
        ("In PoC past a quarter", every.stale_poc, in_poc, "in PoC", {"flag": "STALE_POC"}),
        ("No owner", every.no_owner, active.pilots, "active", {"flag": "NO_OWNER"}),
        ("No update", every.no_update, active.pilots, "active", {"flag": "NO_UPDATE"}),
        ("No metric", every.no_metric, _from_poc(numbers), "from PoC on", {"flag": "NO_METRIC"}),
        (
            "No decide-by date", every.undecided, every.underway, "on their way",
            {"state": "underway", "decide": "none"},
        ),
    ]  # fmt: skip
